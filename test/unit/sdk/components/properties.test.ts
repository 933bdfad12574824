import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  Component,
  ComponentError,
  FormComponent,
  OrielError,
  StateSerializer,
  StreamingComponent,
} from '../../../../src/sdk/components.ts'
import { PATHS, path, post } from './support/paths.ts'
import { useComponents } from './support/stage.ts'

const stage = useComponents()
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

class Form extends FormComponent {
  static override templateName = 'text'
  static override schema = z.object({ name: z.string(), tags: z.array(z.string()).optional() })
  static override events = { put: z.object({ at: z.number() }) }
  static override lockedFields = ['role']
  onPut(): void {}
  onAny(payload: object): void {
    Object.assign(this.state, payload)
  }
}

const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'form_data',
  'field_errors',
  'role',
  'at',
  'name',
  '$codec',
  '',
  'a.b',
  '\u0000',
  '\ud800',
)
const hostileLeaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -0,
    1e308,
    '',
    '\ud800',
    '\u0000',
    '<script>',
    '__proto__',
    'x'.repeat(5_000),
    2 ** 53,
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
)
const hostileValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostileLeaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(hostileKey, tie('value')), { maxLength: 4 }).map(ownKeys),
  ),
})).value
const deep = fc
  .integer({ min: 30, max: 5_000 })
  .map((levels) => JSON.parse(`${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`) as unknown)

function ownKeys(entries: [string, unknown][]): object {
  const object = {}
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  return object
}

test(`50,000 hostile payloads, states and tokens end in an answer or a typed error (seed ${seed}) [Q10] [Q12] [Q13] [Q27] [Q30]`, async () => {
  const signing = new StateSerializer({ signingKeys: ['0123456789abcdef'] })
  const token = signing.serialize({ form_data: {}, role: 'admin' })
  const known = new Set([
    'unknown_event',
    'bad_payload',
    'bad_message',
    'corrupt_state',
    'too_large',
    'handler_failed',
    'bad_state',
    'internal',
    'bad_value',
  ])
  const before = Object.getOwnPropertyNames(Object.prototype).length
  const body = (value: unknown): string => {
    try {
      return JSON.stringify(value)
    } catch {
      return '{'
    }
  }
  let outcomes = 0
  const check = (error: unknown): void => {
    const { code, message } = error as OrielError
    if (!(error instanceof OrielError) || !known.has(code)) throw new Error(`not a typed error: ${String(error)}`)
    if (/\n\s+at |node:internal|\.ts\b/.test(message)) throw new Error(`tells too much: ${message}`)
  }
  const values = fc.sample(fc.oneof({ weight: 60, arbitrary: hostileValue }, { weight: 1, arbitrary: deep }), {
    numRuns: 4_000,
    seed,
  })
  const events = ['any', 'put', 'submit', 'field_change', 'nope', '__proto__', '']
  // To collect a stack takes longer than what is tested.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed
  for (let n = 0; n < 50_000; n++) {
    stage.log.errors.length = 0
    const [value, other] = [values[n % values.length], values[(n * 7 + 3) % values.length]]
    const event = events[n % events.length]!
    outcomes++
    try {
      // Most of them as objects: the way over HTTP and through HMAC is slow, and the same for all.
      switch (n % 20) {
        case 0: {
          // On the wire, where everything is text.
          const response = await post(Form, body({ event, payload: value, state: n % 40 ? body(other) : other }))
          const text = await response.text()
          if (/\n\s+at |node:internal|\.ts\b/.test(text)) throw new Error(`tells too much: ${text}`)
          if (![200, 400, 413, 422, 500].includes(response.status)) throw new Error(`status ${response.status}`)
          break
        }
        case 1: {
          const at = n % token.length
          const forge = [
            () => token.slice(0, at) + String.fromCharCode(33 + (n % 90)) + token.slice(at + 1),
            () => token.slice(at + 1),
            () => body(value),
            () => token + body(value),
          ]
          const forged = forge[Math.floor(n / 20) % 4]!()
          if (forged !== token && forged !== '') {
            signing.deserialize(forged)
            throw new Error(`took ${forged}`)
          }
          break
        }
        case 2:
          StateSerializer.deserialize(typeof value === 'string' ? value : body(value))
          break
        default: {
          const form = new Form(n % 3 ? undefined : (value as Record<string, unknown>))
          const { state } = form.dispatch({ event, payload: value as object, state: other as object })
          if (Object.hasOwn(state, 'role') || Object.hasOwn(state, '__proto__')) throw new Error('took what it may not')
        }
      }
    } catch (error) {
      check(error)
    }
  }
  Error.stackTraceLimit = stackTraceLimit
  globalThis.gc?.()
  const grown = process.memoryUsage().heapUsed - heap
  expect(outcomes).toBe(50_000)
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before)
  expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  expect(new Component().state).toEqual({})
  // Without a collection at hand there is garbage in it.
  expect(grown).toBeLessThan(globalThis.gc ? 8 * 2 ** 20 : 256 * 2 ** 20)
}, 120_000)

test('a signed token that is old brings no locked field back [Q30]', async () => {
  const old = new StateSerializer().serialize({ form_data: {}, role: 'admin' })
  expect(await path('http').ask(Form, { event: 'any', payload: { x: 1 }, state: old })).toMatchObject({
    ok: true,
    state: { x: 1 },
  })
  const { raw } = await path('http').ask(Form, { event: 'any', payload: { x: 1 }, state: old })
  expect(JSON.stringify(raw)).not.toContain('admin')
})
