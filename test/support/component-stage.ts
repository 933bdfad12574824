import { onTestFinished } from 'vitest'
import { encode } from '../../src/shared/carriers/codec.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { COMPONENT_EVENT } from '../../src/shared/component-event.ts'
import { widgetRecordId } from '../../src/shared/records.ts'
import type { WidgetProps } from '../../src/shared/records.ts'
import type { Value } from '../../src/shared/value.ts'
import { portLines } from './lines/port.ts'
import { SessionStage, WIDGET } from './session-stage.ts'
import type { StageClient } from './session-stage.ts'

/** A session with a script in this process, a window of its first widget and a program, over a real room. */
export class ComponentStage {
  readonly session: RunningSession
  readonly problems: unknown[] = []
  readonly window: StageClient
  readonly program: StageClient
  readonly #stage: SessionStage
  readonly #script: StageClient

  private constructor(stage: SessionStage, script: StageClient, window: StageClient, program: StageClient) {
    this.#stage = stage
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

  static async start(): Promise<ComponentStage> {
    const lines = { script: portLines, window: portLines, program: portLines }
    const stage = new SessionStage({ name: 'components', lines }, { onCall: async () => null })
    onTestFinished(() => stage.end())
    const { script, window, program } = await stage.three()
    return new ComponentStage(stage, script, window, program)
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

  /** The state that the document has for a component. */
  state(name = WIDGET): Value {
    return this.program.client.document.get(`component:${name}`)?.props['state'] ?? null
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
