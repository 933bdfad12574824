import { DIALOG_TYPE } from '../../shared/desk/dialogs.ts'
import type { DialogProps, DialogRequest } from '../../shared/desk/dialogs.ts'
import type { ToastLevel } from '../../shared/desk/toasts.ts'
import { OrielError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import type { PageQuery } from '../../shared/testing.ts'
import type { Value } from '../../shared/value.ts'
import type { Session } from '../engine/session.ts'
import { Finder, Locator, waitUntil } from './locator.ts'
import type { LocatorTarget } from './locator.ts'
import type { TestHost, TestHostWindow } from './test-host.ts'
import type { SentEvent } from './test-page.ts'

export interface TestAppOptions {
  session: Session
  host: TestHost
  problems: ScriptProblem[]
  output: string[]
  opened: string[]
  timeoutMs: number
  close: () => Promise<void>
}

/** Something that the script said in passing. */
export interface ToldToast {
  text: string
  level: ToastLevel
}
/** A file that the script has given to be downloaded. */
export interface Download {
  name: string
  type: string
  bytes: Uint8Array
}

/** How long the script may take to answer what was done, before a test goes on all the same, in ms. */
const ANSWER_MS = 2000

/** A script that runs in a test. What is found is found in its newest window; `window` has the others. */
export class TestApp extends Finder implements AsyncDisposable {
  readonly #options: TestAppOptions

  constructor(options: TestAppOptions) {
    super()
    this.#options = options
  }

  get sessionId(): string {
    return this.#options.session.id
  }

  get clientId(): string {
    return this.#options.session.room.clientId
  }

  /** Ids of the widgets whose windows are open, oldest first. */
  get widgetIds(): string[] {
    return this.#options.session.windows.widgetIds
  }

  /** What pages have sent to the script, oldest first. */
  get events(): SentEvent[] {
    return this.#pages().flatMap(({ page }) => page.sent)
  }

  /** What the script has said in passing, oldest first. */
  get toasts(): ToldToast[] {
    return this.#asked('toast').map(({ toast: { text, level } }) => ({ text, level }))
  }

  get downloads(): Download[] {
    return this.#asked('download').map(({ name, type, bytes }) => ({ name, type, bytes }))
  }

  /** Addresses that the script has opened outside. */
  get opened(): readonly string[] {
    return this.#options.opened
  }

  /** Errors of the script that nobody caught. */
  get problems(): readonly ScriptProblem[] {
    return this.#options.problems
  }

  /** Lines that the script has printed. */
  get output(): readonly string[] {
    return this.#options.output
  }

  /** What the script asks in a dialog now; null: nothing. */
  get dialog(): DialogRequest | null {
    return this.#dialog()?.request ?? null
  }

  /** One of the windows, by its widget's id; the newest without. Throws OrielError window_closed. */
  window(widgetId?: string): TestWindow {
    const { session, timeoutMs } = this.#options
    const id = widgetId ?? session.windows.newest
    const found = id === null ? null : session.windows.find(id)
    if (id === null || !found)
      throw new OrielError('window_closed', `There is no window${id === null ? '' : ` of "${id}"`}.`)
    const native = found as TestHostWindow
    const target = { driver: () => native.page.driver, settle: () => this.settle(), timeoutMs }
    return new TestWindow(native, target)
  }

  /**
   * What a state class holds now, by the class or its name, as plain data; null before the script has used it.
   */
  state(type: string | { readonly name: string }): { readonly [key: string]: Value } | null {
    const name = typeof type === 'string' ? type : type.name
    return this.#options.session.room.journal.state.get(`state:${name}`)?.props ?? null
  }

  /**
   * Answers the dialog that the script asks in, once there is one: true or false for a question, text or null, a path or
   * several. Rejects with bad_value for what the person could not have answered, timeout if nothing is asked.
   */
  async answerDialog(answer: boolean | string | readonly string[] | null): Promise<void> {
    const driver = () => this.window().driver
    await waitUntil(() => this.#dialog() !== null || 'No dialog came', { timeoutMs: this.#options.timeoutMs, driver })
    const { id, widgetId } = this.#dialog()!
    await this.#options.session.desk.dialogs.onAnswer(widgetId, id, answer === false ? null : answer)
    await this.settle()
  }

  /** The person presses `Cancel` of the task that runs. Rejects with timeout if none shows its bar. */
  async cancelTask(): Promise<void> {
    await this.getByRole('button', { name: 'Cancel', exact: true }).click()
  }

  /** Resolves when `isTrue` gives something, or nothing at all, but neither throws nor gives false. Rejects with timeout, or what it threw last. */
  async waitFor(isTrue: () => unknown): Promise<void> {
    let last: unknown = null
    const { timeoutMs } = this.#options
    const ask = async (): Promise<boolean> => {
      try {
        last = null
        const answer = await isTrue()
        return answer === undefined || Boolean(answer)
      } catch (error) {
        last = error
        return false
      }
    }
    await waitUntil(ask, { timeoutMs, driver: () => this.window().driver }).catch((error: unknown) => {
      throw last ?? error
    })
  }

  /** Resolves when the script has answered all that pages have sent, or asks something itself, and what came of it is drawn. */
  async settle(): Promise<void> {
    const { session } = this.#options
    const painted = () =>
      Promise.all(session.windows.widgetIds.map((id) => session.windows.painted(id).catch(() => undefined)))
    await painted()
    const end = performance.now() + ANSWER_MS
    while (session.room.exchange.openRequests > 0 && this.#dialog() === null && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 1))
    await painted()
  }

  /** The newest window's page as somebody who cannot see it comes across it: roles, names and texts, a line each. */
  async snapshot(): Promise<string> {
    await this.settle()
    return this.window().snapshot()
  }

  /** The script's close hooks run, and all that it made is gone. Idempotent. */
  close(): Promise<void> {
    return this.#options.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  protected override locate(query: PageQuery, what: string): Locator {
    const { timeoutMs } = this.#options
    // The newest when it is used, which may not be there yet.
    const driver = () => this.window().driver
    return new Locator({ driver, settle: () => this.settle(), timeoutMs }, query, what)
  }

  #pages(): TestHostWindow[] {
    return this.#options.host.all
  }

  #asked<W extends TestAsk['what']>(what: W): Extract<TestAsk, { what: W }>[] {
    return this.#pages()
      .flatMap(({ page }) => page.asked)
      .filter((ask): ask is Extract<TestAsk, { what: W }> => ask.what === what)
  }

  #dialog(): DialogProps | null {
    for (const { type, props } of this.#options.session.room.journal.state.records())
      if (type === DIALOG_TYPE) return props as unknown as DialogProps
    return null
  }
}

type TestAsk = TestHostWindow['page']['asked'][number]

/** One window of a script in a test. */
export class TestWindow extends Finder {
  readonly #window: TestHostWindow
  readonly #target: LocatorTarget

  constructor(window: TestHostWindow, target: LocatorTarget) {
    super()
    this.#window = window
    this.#target = target
  }

  get title(): string {
    return this.#window.title
  }

  get driver() {
    return this.#window.page.driver
  }

  /** What the page's own scripts threw. */
  get errors(): readonly unknown[] {
    return this.#window.page.errors
  }

  /** The page as somebody who cannot see it comes across it. */
  snapshot(): string {
    return this.driver.snapshot()
  }

  /** The person closes it. */
  async close(): Promise<void> {
    await this.#window.close()
  }

  protected override locate(query: PageQuery, what: string): Locator {
    return new Locator(this.#target, query, what)
  }
}
