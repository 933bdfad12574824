import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { Desk } from '../../src/main/engine/desk/desk.ts'
import type { DeskHost } from '../../src/main/engine/desk/desk.ts'
import type { DeskFiles } from '../../src/main/engine/desk/files.ts'
import { sessionCalls } from '../../src/main/engine/session-calls.ts'
import type { CallTargets } from '../../src/main/engine/session-calls.ts'
import type { Windows } from '../../src/main/engine/windows.ts'
import { createComputerFiles } from '../../src/main/files/computer.ts'
import type { HostWindow } from '../../src/main/hosts/types.ts'
import { silentLog } from '../../src/main/log.ts'
import { session } from '../../src/sdk/context.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { DIALOG_TYPE } from '../../src/shared/desk/dialogs.ts'
import type { DialogProps } from '../../src/shared/desk/dialogs.ts'
import type { Value } from '../../src/shared/value.ts'
import { RoomHarness } from './room-harness.ts'
import type { HarnessClient } from './room-harness.ts'

export interface DeskBenchOptions {
  host?: Partial<DeskHost>
  /** What the host's windows do. */
  window?: Partial<HostWindow>
  /** `folder`: one of the test's own. */
  files?: (folder: string) => DeskFiles
}

/** A script's SDK, the desk it asks, and the pages of two of its windows, all in this process. */
export class DeskBench {
  /** One for this test alone. */
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-desk-')))
  readonly rooms: RoomHarness
  readonly desk: Desk
  readonly problems: unknown[] = []
  readonly opened: string[] = []
  /** Widgets whose windows were closed by the main process. */
  readonly closed: string[] = []
  /** Widgets with a window, oldest first. */
  open = ['one', 'two']
  session!: RunningSession
  script!: HarnessClient
  one!: HarnessClient
  two!: HarnessClient

  private constructor({ host, window, files }: DeskBenchOptions) {
    const windows = {
      newest: null,
      settled: async () => {},
      find: (id: string) => (this.open.includes(id) ? (window ?? null) : null),
      close: async (id: string) => void this.closed.push(id),
    }
    Object.defineProperties(windows, {
      newest: { get: () => this.open.at(-1) ?? null },
      widgetIds: { get: () => this.open },
    })
    const targets = {
      windows: windows as unknown as Windows,
      openExternal: async (url: string) => void this.opened.push(url),
      get desk() {
        return desk()
      },
    }
    const desk = () => this.desk
    this.rooms = new RoomHarness({
      onCall: (...call) => sessionCalls(targets as unknown as CallTargets)(...call),
      onPeerGone: (peer) => peer.role === 'script' && this.desk.onScriptGone(),
    })
    this.desk = new Desk({
      room: this.rooms.room,
      windows: windows as unknown as Windows,
      host: {
        capabilities: { canMove: true, canFocus: true, canMinimize: true, paints: true, visible: true },
        ...host,
      },
      files:
        files?.(this.folder) ?? createComputerFiles({ memory: path.join(this.folder, 'last'), begin: this.folder }),
      log: silentLog,
    })
  }

  static async start(options: DeskBenchOptions = {}): Promise<DeskBench> {
    const bench = new DeskBench(options)
    bench.script = await bench.rooms.join('script')
    bench.one = await bench.rooms.join('window', 'one')
    bench.two = await bench.rooms.join('window', 'two')
    bench.session = new RunningSession({
      link: bench.script.session,
      workerId: 'worker-test',
      scriptPath: path.join(bench.folder, 'test.oriel.ts'),
      onProblem: (error) => bench.problems.push(error),
    })
    for (const id of bench.open)
      bench.session.widgets.set(id, { listening: true, dispatch: () => null, end: () => undefined })
    onTestFinished(async () => {
      await bench.desk.close()
      await bench.rooms.close()
      rmSync(bench.folder, { recursive: true, force: true })
    })
    return bench
  }

  /** Runs `fn` as the script's body does, or as a handler of that widget's event. */
  run<T>(fn: () => T, widgetId: string | null = null): T {
    return this.session.enter(() => session.run(widgetId === null ? {} : { widgetId }, fn))
  }

  /** What stands in that window now. */
  asked({ session: page, peer }: HarnessClient): DialogProps | null {
    for (const { type, props } of page.document.records())
      if (type === DIALOG_TYPE && props.widgetId === peer.widgetId) return props as unknown as DialogProps
    return null
  }

  /** Answers in that window. */
  async answer(client: HarnessClient, answer: Value): Promise<void> {
    await client.session.call('dialog.answer', { id: this.asked(client)?.id ?? '', answer })
  }
}
