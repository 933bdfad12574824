import fc from 'fast-check'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  Component,
  ComponentWebSocketManager,
  FormComponent,
  OrielError,
  StateSerializer,
  StreamingComponent,
} from '../../../../src/sdk/components.ts'
import { toPublicError } from '../../../../src/shared/errors.ts'
import { FakeSocket, oneName, path, post } from './support/paths.ts'
import { useComponents } from './support/stage.ts'

const stage = useComponents()
const seed = Number(process.env['ORIEL_SEED'] ?? Date.now() % 1_000_000)

/** A form that keeps all it is given. */
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

/** The same with events that come in pieces. */
class Steps extends StreamingComponent<Record<string, unknown>> {
  static override templateName = 'text'
  static override events = { put: z.object({ at: z.number() }) }
  static override lockedFields = ['role']
  async *onPut(): AsyncGenerator<void> {
    yield
  }
  *onAny(payload: object): Generator<void> {
    yield
    Object.assign(this.state, payload)
    yield
  }
}

/** What errors may be called that the hostile side is told of. */
const KNOWN = new Set([
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
const EVENTS = ['any', 'put', 'submit', 'field_change', 'nope', '__proto__', '']
const ROUNDS = 10
const EACH_ROUND = 5_000
/**
 * What may be left of all rounds but the first two, in bytes, once all is collected that can be: three times what V8 itself
 * has learnt meanwhile. Each path is gone 2,000 times then, so that it is found out if one of them keeps half a kilobyte.
 */
const MOST_LEFT = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
async function heapInUse(): Promise<number> {
  // What waits for the end of a turn is not garbage before it.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}

function body(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return '{'
  }
}

function tells(text: string): void {
  if (/\n\s+at |\\n\s+at |node:internal|\.ts\b|node_modules/.test(text)) throw new Error(`tells too much: ${text}`)
}

test(`50,000 hostile payloads, states and tokens end in an answer or a typed error on every path, and leave nothing behind (seed ${seed}) [Q10] [Q12] [Q13] [Q14] [Q27] [Q30]`, async () => {
  const signing = new StateSerializer({ signingKeys: ['0123456789abcdef'] })
  const token = signing.serialize({ form_data: {}, role: 'admin' })
  const before = Object.getOwnPropertyNames(Object.prototype).length
  const values = fc.sample(fc.oneof({ weight: 60, arbitrary: hostileValue }, { weight: 1, arbitrary: deep }), {
    numRuns: 4_000,
    seed,
  })
  // These live through it all, as in a server: what they keep of anybody would add up.
  const registry = oneName(Form)
  registry.register('steps', Steps)
  const manager = new ComponentWebSocketManager({ registry })
  const socket = new FakeSocket()
  await manager.connect(socket, 'c')
  const [form, steps] = [new Form(), new Steps()]

  const checkState = (state: object): void => {
    if (Object.hasOwn(state, 'role') || Object.hasOwn(state, '__proto__')) throw new Error('took what it may not')
  }
  const respond = async (name: string, given: string): Promise<void> => {
    const response = await post(name.startsWith('steps') ? Steps : Form, given, {
      path: name.endsWith('stream') ? '/components/it/stream' : '/components/it',
    })
    tells(await response.text())
    if (![200, 400, 413, 422, 500].includes(response.status)) throw new Error(`status ${response.status}`)
  }
  const say = async (given: object): Promise<void> => {
    socket.sent.length = 0
    await manager.handleMessage(socket, 'c', body(given))
    for (const message of socket.sent) tells(JSON.stringify(message))
    if (socket.sent.length === 0) throw new Error('no answer')
  }
  const kinds = ['component_event', 'subscribe', 'unsubscribe', 'component_event', '__proto__']

  const attack = async (n: number): Promise<void> => {
    const [value, other] = [values[n % values.length], values[(n * 7 + 3) % values.length]]
    const event = EVENTS[n % EVENTS.length]!
    const call = { event, payload: value as object, state: other as object }
    const wire = () => body({ event, payload: value, state: n % 40 > 19 ? body(other) : other })
    // Most of them as objects: the way over HTTP and through HMAC is slow, and the same for all.
    switch (n % 20) {
      case 0:
        return respond('form', wire())
      case 1:
        return respond('steps stream', wire())
      case 2:
        return say({
          type: kinds[Math.floor(n / 20) % kinds.length],
          component: n % 3 ? 'it' : 'steps',
          component_id: n % 7 ? 'board' : value,
          event,
          payload: value,
          state: n % 40 > 19 ? body(other) : other,
          stream: n % 2 === 0,
          broadcast: true,
          ref: other,
        })
      case 3: {
        const at = n % token.length
        const forge = [
          () => token.slice(0, at) + String.fromCharCode(33 + (n % 90)) + token.slice(at + 1),
          () => token.slice(at + 1),
          () => body(value),
          () => token + body(value),
        ]
        const forged = forge[Math.floor(n / 20) % 4]!()
        if (forged === token || forged === '') return
        signing.deserialize(forged)
        throw new Error(`took ${forged}`)
      }
      case 4:
        return void StateSerializer.deserialize(typeof value === 'string' ? value : body(value))
      case 5:
      case 6:
        return checkState((await new Form().asyncDispatch(call)).state)
      case 7:
        for await (const { state } of new Steps().asyncStreamDispatch(call)) checkState(state)
        return
      case 8:
        return checkState(form.dispatch({ ...call, restored: true }).state)
      case 9:
        return checkState((await steps.asyncDispatch({ ...call, restored: true })).state)
      default:
        return checkState(new Form(n % 3 ? undefined : (value as Record<string, unknown>)).dispatch(call).state)
    }
  }

  const heaps: number[] = []
  const { stackTraceLimit } = Error
  let outcomes = 0
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // To collect a stack takes longer than what is tested: one round has them, so that one could get out.
      Error.stackTraceLimit = round === 0 ? 20 : 0
      for (let i = 0; i < EACH_ROUND; i++) {
        stage.log.errors.length = 0
        outcomes++
        try {
          await attack(round * EACH_ROUND + i)
        } catch (error) {
          if (!(error instanceof OrielError) || !KNOWN.has(error.code)) throw error
          tells(JSON.stringify(toPublicError(error)))
        }
      }
      // What those that live on hold of the last event is as large as that was.
      for (const component of [form, steps]) component.state = {} as never
      socket.sent.length = 0
      heaps.push(await heapInUse())
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  expect(outcomes).toBe(50_000)
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before)
  expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  expect(new Component().state).toEqual({})
  expect(heaps.at(-1)! - heaps[1]!).toBeLessThan(MOST_LEFT)
}, 300_000)

test('a signed token that is old brings no locked field back [Q30]', async () => {
  const old = new StateSerializer().serialize({ form_data: {}, role: 'admin' })
  expect(await path('http').ask(Form, { event: 'any', payload: { x: 1 }, state: old })).toMatchObject({
    ok: true,
    state: { x: 1 },
  })
  const { raw } = await path('http').ask(Form, { event: 'any', payload: { x: 1 }, state: old })
  expect(JSON.stringify(raw)).not.toContain('admin')
})
