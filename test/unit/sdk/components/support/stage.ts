import { z } from 'zod'
import { afterEach, beforeEach, vi } from 'vitest'
import { Component, EtaRenderer, StreamingComponent } from '../../../../../src/sdk/components.ts'
import type { ComponentLog, Renderer } from '../../../../../src/sdk/components.ts'

/** What components reported. */
export class RecordedLog implements ComponentLog {
  readonly warnings: string[] = []
  readonly errors: { message: string; error: unknown }[] = []

  warn(message: string): void {
    this.warnings.push(message)
  }

  error(message: string, error: unknown): void {
    this.errors.push({ message, error })
  }
}

export interface CounterState {
  count: number
}

export const TEMPLATES = {
  counter: '<b><%= it.state.count %></b>',
  card: '<section><%~ it.slots.header %>|<%~ it.slots.body %></section>',
  text: '<p><%= it.state.text %></p>',
}

/** Every base static that a test sets is put back after it, and what is reported is recorded. */
export function useComponents(): { log: RecordedLog } {
  const stage = { log: new RecordedLog() }
  const { renderer, log } = Component
  beforeEach(() => {
    stage.log = new RecordedLog()
    Component.log = stage.log
    Component.renderer = new EtaRenderer({ templates: TEMPLATES })
    // What is no component's reports to the console.
    vi.spyOn(console, 'error').mockImplementation((message: string, error: unknown) => stage.log.error(message, error))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    Component.renderer = renderer
    Component.log = log
  })
  return stage
}

/** Counts, runs, and fails in every way. */
export class Counter extends StreamingComponent<CounterState> {
  static override templateName = 'counter'
  static override events = { increment: z.object({ amount: z.coerce.number().default(1) }) }

  override mount(): void {
    void super.mount()
    this.state.count = 0
  }

  onIncrement({ amount }: { amount: number }): void {
    this.state.count += amount
  }

  async onIncrementLater({ amount = 1 }: { amount?: number }): Promise<void> {
    const { count } = this.state
    await Promise.resolve()
    this.state.count = count + amount
  }

  async *onRun({ to = 3 }: { to?: number }): AsyncGenerator<string> {
    for (let step = 0; step < to; step++) {
      this.state.count++
      yield 'ignored'
      await Promise.resolve()
    }
  }

  onFail(): void {
    this.state.count = 999
    throw new Error('the secret reason')
  }
}

/** A renderer that shows what it is given. */
export class EchoRenderer implements Renderer {
  readonly calls: { templateName: string; context: Record<string, unknown> }[] = []

  render(templateName: string, context: object): string {
    this.calls.push({ templateName, context: context as Record<string, unknown> })
    return JSON.stringify(context)
  }
}
