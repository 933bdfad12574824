import { MessageChannel } from 'node:worker_threads'
import { RoomClient } from '../../src/client/room-client.ts'
import { App, type OpenRequest } from '../../src/main/app.ts'
import { readConfig } from '../../src/main/config.ts'
import type { SessionHooks } from '../../src/main/engine/hooks.ts'
import { silentLog } from '../../src/main/log.ts'
import type { ScriptExit, ScriptRun, ScriptRunner } from '../../src/main/scripts/types.ts'
import { createMemoryStores } from '../../src/main/stores/memory.ts'
import type { DesktopStores } from '../../src/main/stores/types.ts'
import { SYSTEM_EVENT_PREFIX } from '../../src/shared/calls.ts'
import { messagePortCarrier } from '../../src/shared/carriers/message-port.ts'
import { widgetRecordId } from '../../src/shared/records.ts'
import { FakeHost } from './fake-host.ts'
import { WIDGET } from './session-stage.ts'

/** The app with everything of its own, on stores and windows in memory; each run of a script shows one widget. */
export class AppBench {
  readonly host = new FakeHost()
  readonly request: OpenRequest
  readonly app: App
  readonly stores: DesktopStores

  /** `stores`: those of an app before this one, as after a restart. */
  constructor(
    scriptPath: string,
    { stores = createMemoryStores(), hooks = [] }: { stores?: DesktopStores; hooks?: SessionHooks[] } = {},
  ) {
    this.stores = stores
    this.request = { path: scriptPath, arguments: {}, mode: 'resume', named: true }
    this.app = new App({
      config: readConfig({ flags: {}, env: { ORIEL_HOME: '/nowhere' } }),
      host: this.host,
      // They outlive the app.
      stores: Object.assign(Object.create(stores) as DesktopStores, { close: async () => {} }),
      hooks,
      runner: runner(),
      log: silentLog,
      origin: async () => 'http://127.0.0.1:1',
      socketUrl: async () => 'ws://127.0.0.1:1/ws',
      version: '1.2.3',
      openExternal: async () => {},
      examplesDir: '/nowhere',
      workerId: 'worker-test',
      onOutput: () => {},
      onProblem: () => {},
    })
  }

  /** Attaches a program to the session. */
  async program(sessionId: string): Promise<RoomClient> {
    return this.join((await this.app.attach(sessionId)).ticket)
  }

  /** Loads the page of the window that was opened last. */
  window(): Promise<RoomClient> {
    const { url } = this.host.windows.at(-1)!.options
    const key = new URL(url).pathname.split('/').at(-1)!
    const page = this.app.pages.page(key, 'trusted')
    if (!page) throw new Error(`no page at ${url}`)
    return this.join(page.ticket())
  }

  /** A client on a message channel. */
  async join(
    ticket: string,
    options: { token?: string; arguments?: Record<string, string> } = {},
  ): Promise<RoomClient> {
    const client = new RoomClient({
      ticket,
      ...options,
      open: async () => {
        const { port1, port2 } = new MessageChannel()
        this.app.lobby.receive(messagePortCarrier(port2))
        return messagePortCarrier(port1)
      },
    })
    await client.connect()
    return client
  }
}

/** Runs no file, but what a script of one window does, on a port as a worker would have. */
function runner(): ScriptRunner {
  return {
    bundle: async (scriptPath) => ({
      scriptPath,
      bundlePath: scriptPath,
      inputs: [scriptPath],
      hashes: new Map(),
      hasEntry: false,
      usesReact: false,
    }),
    start: ({ ticket }): ScriptRun => {
      const { port1, port2 } = new MessageChannel()
      const client = new RoomClient({ ticket, heartbeat: false, open: async () => messagePortCarrier(port1) })
      const exit = Promise.withResolvers<ScriptExit>()
      const end = async (kind: 'ended' | 'terminated') => {
        await client.close()
        exit.resolve({ kind })
      }
      const body = async () => {
        await client.connect()
        // Of Oriel itself it hears when a window was closed; whatever else it is asked it is still at.
        client.onEvent(({ type }) => (type.startsWith(SYSTEM_EVENT_PREFIX) ? null : new Promise(() => {})))
        const props = {
          widgetId: WIDGET,
          title: 'Test',
          content: { kind: 'html', html: '' },
          revision: 'r',
          patches: {},
        }
        const look = { theme: 'system', resizable: true, width: 500, height: 300, x: null, y: null }
        const id = widgetRecordId(WIDGET)
        client.document.transact((tx) => tx.put({ id, type: 'widget', scope: 'view', props: { ...props, ...look } }))
        await client.call('window.open', { widgetId: WIDGET })
      }
      return {
        carrier: messagePortCarrier(port2),
        exit: exit.promise,
        onLoaded: (listener) => void body().then(listener),
        onProblem: () => {},
        onOutput: () => {},
        ping: async () => 0,
        close: () => end('ended'),
        terminate: () => end('terminated'),
      }
    },
    close: async () => {},
  }
}
