import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ComponentError, OrielError, StreamingComponent } from '../../../../src/sdk/components.ts'
import { PATHS } from './support/paths.ts'
import { useComponents } from './support/stage.ts'

useComponents()
const seed = Number(process.env['ORIEL_SEED'] ?? Date.now() % 1_000_000)

interface ListState {
  items: string[]
  total: number
}

/** Every kind of handler, each of which can fail after it has changed things. */
class List extends StreamingComponent<ListState> {
  static override templateName = 'text'
  static override events = {
    add: z.object({ item: z.string().max(8), fail: z.boolean().optional() }),
    remove: z.object({ at: z.number().int() }),
    double: z.object({ fail: z.boolean().default(false) }),
  }

  override mount(): void {
    this.state = { items: [], total: 0 }
  }

  onAdd({ item, fail }: { item: string; fail?: boolean }): void {
    this.state.items.push(item)
    if (fail) throw new Error('after the change')
    this.state.total++
  }

  onRemove({ at }: { at: number }): void {
    if (at >= this.state.items.length) throw new ComponentError('There is none.')
    this.state.items.splice(at, 1)
  }

  *onDouble({ fail }: { fail: boolean }): Generator<void> {
    for (const item of [...this.state.items.slice(0, 3)]) {
      this.state.items.push(item)
      yield
    }
    if (fail) throw new Error('at the end')
    this.state.total *= 2
  }
}

const anEvent = fc.oneof(
  fc.record({
    event: fc.constant('add'),
    payload: fc.record({ item: fc.string({ maxLength: 9 }), fail: fc.option(fc.boolean(), { nil: undefined }) }),
  }),
  fc.record({ event: fc.constant('remove'), payload: fc.record({ at: fc.integer({ min: 0, max: 4 }) }) }),
  fc.record({ event: fc.constant('double'), payload: fc.constantFrom({}, { fail: true }, { fail: 1 }) }),
  fc.record({ event: fc.constantFrom('nope', '', 'mount'), payload: fc.constant({}) }),
)

test(`random events, failures among them, give the same state by every path (seed ${seed}) [Q14] [Q9]`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anEvent, { maxLength: 12 }), async (events) => {
      /** What the caller of each path has in the end, and how each call went. */
      const runs: unknown[] = []
      for (const by of PATHS) {
        let state: Record<string, unknown> | null = null
        const story: unknown[] = []
        for (const ask of events) {
          const outcome = await by.ask(List, { ...ask, state })
          story.push(outcome.ok ? outcome.html : outcome.code === 'internal' ? 'handler_failed' : outcome.code)
          if (outcome.ok) ({ state } = outcome)
        }
        runs.push([state, story])
      }
      // One that lives on and is never given its state back.
      const lasting = new List()
      const story: unknown[] = []
      let state: object | null = null
      for (const { event, payload } of events) {
        try {
          const result = await lasting.asyncDispatch({
            event,
            payload,
            ...(lasting.mounted && { state: {}, restored: true }),
          })
          story.push(result.html)
          state = result.state
        } catch (error) {
          story.push((error as OrielError).code)
        }
      }
      runs.push([state, story])
      for (const run of runs) expect(run).toEqual(runs[0])
    }),
    { seed, numRuns: 60 },
  )
})
