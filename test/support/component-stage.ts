import { ComponentGate } from '../../src/main/engine/component-gate.ts'
import { sessionCalls } from '../../src/main/engine/session-calls.ts'
import type { CallTargets } from '../../src/main/engine/session-calls.ts'
import { encode } from '../../src/shared/carriers/codec.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { COMPONENT_EVENT } from '../../src/shared/component-event.ts'
import { mountedRecordId, widgetRecordId } from '../../src/shared/records.ts'
import type { ComponentHtml, WidgetProps } from '../../src/shared/records.ts'
import { OrielError } from '../../src/shared/errors.ts'
import type { Value } from '../../src/shared/value.ts'
import { portLines } from './lines/port.ts'
import { SessionStage, WIDGET } from './session-stage.ts'
import type { StageClient } from './session-stage.ts'

/** A session with a script in this process, a window of its first widget and a program, over a real room. */
export class ComponentStage {
  readonly session: RunningSession
  readonly problems: unknown[] = []
  /** The way of those outside to the script's components. */
  readonly gate: ComponentGate
  readonly window: StageClient
  readonly program: StageClient
  readonly #stage: SessionStage
  readonly #script: StageClient

  private constructor(
    stage: SessionStage,
    gate: ComponentGate,
    script: StageClient,
    window: StageClient,
    program: StageClient,
  ) {
    this.#stage = stage
    this.gate = gate
    this.#script = script
    this.window = window
    this.program = program
    this.session = new RunningSession({
      link: script.client,
      workerId: 'worker-1',
      scriptPath: '/scripts/app.oriel.ts',
      onProblem: (error) => this.problems.push(error),
    })
  }

  /** The caller ends it. */
  static async start(): Promise<ComponentStage> {
    const lines = { script: portLines, window: portLines, program: portLines }
    const calls = () => sessionCalls({ windows: {}, components: gate } as unknown as CallTargets)
    const stage: SessionStage = new SessionStage(
      { name: 'components', lines },
      // Of windows there are none to be moved.
      {
        onCall: async (peer, method, params) => (method.startsWith('window.') ? null : calls()(peer, method, params)),
      },
    )
    const gate = new ComponentGate({
      exchange: () => stage.room.exchange,
      script: () => stage.room.peers('script')[0] ?? null,
      absence: () => new OrielError('script_stopped', 'The script has ended.'),
    })
    const { script, window, program } = await stage.three()
    return new ComponentStage(stage, gate, script, window, program)
  }

  run<T>(fn: () => T): T {
    return this.session.enter(fn)
  }

  /** What a person does to a component of the window. Settles with the script's answer. */
  event(component: string, event: string, payload: Value = {}): Promise<Value> {
    return this.window.client.request(WIDGET, COMPONENT_EVENT, { component_id: component, event, payload })
  }

  /** The HTML that the window has been sent. */
  get html(): string {
    const { content } = this.window.client.document.get(widgetRecordId(WIDGET))!.props as unknown as WidgetProps
    return content.kind === 'component' ? content.parts.join('') : ''
  }

  /** The HTML that the window has been sent of a component among elements; null: there is none. */
  mounted(name: string): string | null {
    const html = this.window.client.document.get(mountedRecordId(`${WIDGET}/${name}`))?.props as
      | ComponentHtml
      | undefined
    return html?.parts.join('') ?? null
  }

  /** The state that the document has for a component. */
  state(name = WIDGET): Value {
    return this.program.client.document.get(`component:${name}`)?.props['state'] ?? null
  }

  async end(): Promise<void> {
    await this.session.close()
    await this.#stage.end()
  }

  /** The script's run is over. */
  stopScript(): void {
    const reason = new OrielError('script_stopped', 'The script has ended.')
    for (const peer of this.#stage.room.peers('script')) this.#stage.room.removePeer(peer, reason)
    this.gate.reset()
  }

  inStep(): Promise<void> {
    return this.#stage.inStep(this.#script, this.window, this.program)
  }

  /** Bytes of what the window is sent while `work` goes on, its answers included. */
  async bytesSent(work: () => Promise<unknown>): Promise<number> {
    await this.inStep()
    const from = this.window.heard.length
    await work()
    await this.inStep()
    return this.window.heard.slice(from).reduce((sum, message) => sum + encode(message).byteLength, 0)
  }
}
