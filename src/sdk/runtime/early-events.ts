/**
 * Events that came before the script could hear them (rule E9): they wait for the first handler of their widget, or for
 * the end of the script's body, after which nobody can be expected any more.
 */
export class EarlyEvents {
  readonly #waiting = new Map<string, { count: number; released: Promise<void>; release: () => void }>()
  #bodyRuns: boolean

  /** `bodyRuns`: whether the script's body has yet to finish; if not, nothing waits. */
  constructor(bodyRuns: boolean) {
    this.#bodyRuns = bodyRuns
  }

  /** Resolves when events of this widget may go on. */
  async hold(widgetId: string): Promise<void> {
    let entry = this.#waiting.get(widgetId)
    if (!entry) {
      const { promise, resolve } = Promise.withResolvers<void>()
      entry = { count: 0, released: promise, release: resolve }
      this.#waiting.set(widgetId, entry)
    }
    entry.count++
    await entry.released
    if (--entry.count === 0) this.#waiting.delete(widgetId)
  }

  /**
   * Whether the next event of this widget has to wait. `listening`: the widget is shown and has had a handler. An event
   * behind one that waits does too, so that their order stays.
   */
  mustWait(widgetId: string, listening: boolean): boolean {
    return this.#waiting.has(widgetId) || (this.#bodyRuns && !listening)
  }

  /** The widget has its first handler. Those registered in the same turn are there too by the time the events come. */
  onListening(widgetId: string): void {
    this.#waiting.get(widgetId)?.release()
  }

  onBodyDone(): void {
    this.#bodyRuns = false
    for (const { release } of this.#waiting.values()) release()
  }
}
