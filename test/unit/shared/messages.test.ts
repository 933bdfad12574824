import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../../src/shared/carriers/codec.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import { parseClientMessage, parseRoomMessage } from '../../../src/shared/messages.ts'

const hello = { type: 'hello', protocol: 1, ticket: 't', limits: { maxMessageBytes: 1000 } }
const event = { type: 'event', seq: 1, widgetId: 'main', event: 'add', data: { n: 1 }, requestId: 'r' }
const edit = { type: 'edit', mutationId: 'm', ops: [{ op: 'title', title: 'A' }] }
const publicError = { code: 'no_handler', message: 'No handler.', retryable: false }
const reply = { type: 'reply', seq: 2, requestId: 'r', ok: true, value: [1, 'a', null] }
const failure = { type: 'reply', seq: 2, requestId: 'r', ok: false, error: publicError }
const call = { type: 'call', seq: 1, requestId: 'r', method: 'window.close', params: { widgetId: 'main' } }
const welcome = {
  type: 'welcome',
  mode: 'snapshot',
  sessionId: 's',
  clientId: 'c',
  connectionId: 'n',
  widgetId: null,
  epoch: 'e',
  version: 0,
  resume: 'secret',
  lastSeq: 0,
  limits: { maxMessageBytes: 1000 },
}
const snapshot = {
  type: 'snapshot',
  epoch: 'e',
  version: 3,
  document: {
    title: 'T',
    roots: ['a'],
    records: [{ id: 'a', type: 'text', props: { bytes: new Float64Array(2) }, children: ['b'], scope: 'view' }],
  },
}
const commit = {
  type: 'commit',
  commit: { epoch: 'e', version: 1, origin: { clientId: 'c', mutationId: 'm' }, ops: [{ op: 'title', title: 'A' }] },
}

const frame = {
  type: 'frame',
  stream: 'camera',
  number: 1,
  kind: 'rgba',
  width: 2,
  height: 1,
  bytes: new Uint8Array(8),
}
const bytesFrame = { ...frame, kind: 'bytes', width: 0, height: 0, bytes: new Uint8Array(3) }

const fromClient: [string, object][] = [
  ['hello', hello],
  ['hello with resume', { ...hello, ticket: undefined, resume: 'r', epoch: 'e', lastVersion: 3, lastSeq: 0 }],
  ['edit', edit],
  ['flush', { type: 'flush', id: 0 }],
  ['pull', { type: 'pull' }],
  ['event', event],
  ['event without request', { ...event, requestId: undefined, receipt: true, widgetId: '', connectionId: '' }],
  ['reply', reply],
  ['failed reply', failure],
  ['cancel', { type: 'cancel', seq: 3, requestId: 'r' }],
  ['received', { type: 'received', seq: 0 }],
  ['call', call],
  ['frame of pixels', frame],
  ['frame of a file', { ...frame, kind: 'png', bytes: Buffer.from('any') }],
  ['frame of bytes', bytesFrame],
  ['end', { type: 'end', stream: 'camera' }],
  ['watch', { type: 'watch', stream: 'camera' }],
  ['unwatch', { type: 'unwatch', stream: 'camera' }],
  ['shown', { type: 'shown', stream: 'camera', number: 1, ok: false }],
  ['ping', { type: 'ping', id: 0 }],
  ['pong', { type: 'pong', id: 7 }],
]
const fromRoom: [string, object][] = [
  ['welcome', welcome],
  ['gone', { type: 'gone', error: publicError }],
  ['snapshot', snapshot],
  ['commit', commit],
  ['commit of nobody', { type: 'commit', commit: { ...commit.commit, origin: null } }],
  ['ack', { type: 'ack', mutationId: 'm', version: 4 }],
  ['ack of an edit that changed nothing', { type: 'ack', mutationId: 'm', version: 4, unchanged: true }],
  ['reject', { type: 'reject', mutationId: 'm', error: publicError }],
  ['flushed', { type: 'flushed', id: 0, version: 3 }],
  ['flushed in vain', { type: 'flushed', id: 1, version: 0, error: publicError }],
  ['event', event],
  ['reply', reply],
  ['cancel', { type: 'cancel', seq: 3, requestId: 'r' }],
  ['received', { type: 'received', seq: 9 }],
  ['frame', frame],
  ['outcome', { type: 'outcome', stream: 'camera', number: 1, outcome: 'shown' }],
  ['ping', { type: 'ping', id: 1 }],
]

function nested(depth: number): unknown {
  let value: unknown = 0
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { value }
  return value
}

describe('messages that are well formed', () => {
  test.each(fromClient)('%s of a client is given back itself, not a copy', (_name, message) => {
    expect(parseClientMessage(message)).toBe(message)
  })

  test.each(fromRoom)('%s of a room is given back itself, not a copy', (_name, message) => {
    expect(parseRoomMessage(message)).toBe(message)
  })

  test('data may be nested 64 deep and hold every kind of binary', () => {
    const binary = [
      new ArrayBuffer(1),
      new Uint8Array(1),
      new Uint8ClampedArray(1),
      new BigInt64Array(1),
      Buffer.from('a'),
    ]
    parseClientMessage({ ...event, data: nested(64) })
    parseClientMessage({
      ...event,
      data: { binary, numbers: [Number.NaN, Infinity, -0], constructors: 'fine', proto: 1 },
    })
  })

  test('objects of another realm are plain objects too', async () => {
    const { runInNewContext } = await import('node:vm')
    const message: unknown = runInNewContext('({ type: "ping", id: 1 })')
    expect(parseClientMessage(message)).toBe(message)
  })
})

const ownKey = (key: string): unknown => JSON.parse(`{"${key}":1}`)

const malformed: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'hello'],
  ['a list', [hello]],
  ['an object that inherits', Object.assign(Object.create({ inherited: 1 }) as object, hello)],
  ['a frame with too few bytes', { ...frame, bytes: new Uint8Array(7) }],
  ['a frame without pixels', { ...frame, width: 0, bytes: new Uint8Array(0) }],
  ['a frame whose sides make its bytes by overflow', { ...frame, width: 2 ** 40, height: 2 ** 40 }],
  ['bytes with a size', { ...bytesFrame, width: 1, height: 1 }],
  ['a frame of another kind', { ...frame, kind: 'svg' }],
  ['a frame of other numbers', { ...frame, bytes: new Float32Array(8) }],
  ['a frame without a name', { ...frame, stream: '' }],
  ['a frame with more in it', { ...frame, more: 1 }],
  ['shown without a number', { type: 'shown', stream: 'camera', ok: true }],
  ['a Map', new Map(Object.entries(hello))],
  ['no type', { ...hello, type: undefined }],
  ['an unknown type', { ...hello, type: 'hallo' }],
  ['a type that every object has', { type: 'constructor' }],
  ['a type that is no text', { ...hello, type: ['hello'] }],
  ['a type that only a room may send', welcome],
  ['a field too many', { ...hello, admin: true }],
  ['a field __proto__', JSON.parse('{"type":"ping","id":1,"__proto__":{}}')],

  ['a flush without an id', { type: 'flush' }],
  ['a flush with an id below 0', { type: 'flush', id: -1 }],
  ['a flush with a field too many', { type: 'flush', id: 1, version: 1 }],
  ['a pull with a field too many', { type: 'pull', id: 1 }],
  ['a flushed, which only a room sends', { type: 'flushed', id: 1, version: 1 }],

  ['hello without limits', { ...hello, limits: undefined }],
  ['hello with a protocol that is text', { ...hello, protocol: '1' }],
  ['hello with half a protocol', { ...hello, protocol: 1.5 }],
  ['hello with an empty ticket', { ...hello, ticket: '' }],
  ['hello with a ticket that is a number', { ...hello, ticket: 1 }],
  ['hello with a ticket of null', { ...hello, ticket: null }],
  ['hello with a ticket of 5000 characters', { ...hello, ticket: 'x'.repeat(5000) }],
  ['hello with limits of zero', { ...hello, limits: { maxMessageBytes: 0 } }],
  ['hello with endless limits', { ...hello, limits: { maxMessageBytes: Infinity } }],
  ['hello with other limits', { ...hello, limits: { maxMessageBytes: 1, more: 1 } }],
  ['hello with a list for limits', { ...hello, limits: [1] }],
  ['hello with a version below zero', { ...hello, lastVersion: -1 }],
  ['hello with a version past what numbers count', { ...hello, lastVersion: 2 ** 53 }],
  ['hello with a version that is no number', { ...hello, lastSeq: Number.NaN }],

  ['edit without ops', { ...edit, ops: undefined }],
  ['edit with ops that are no list', { ...edit, ops: { length: 1 } }],
  ['edit with a hole in its ops', { ...edit, ops: Array(1) }],
  ['edit without a mutation id', { ...edit, mutationId: undefined }],
  ['edit with an empty mutation id', { ...edit, mutationId: '' }],

  ['event number 0', { ...event, seq: 0 }],
  ['event number 1.5', { ...event, seq: 1.5 }],
  ['event without a name', { ...event, event: '' }],
  ['event with a name of 201 characters', { ...event, event: 'x'.repeat(201) }],
  ['event with a widget id of 201 characters', { ...event, widgetId: 'x'.repeat(201) }],
  ['event with a request id of 201 characters', { ...event, requestId: 'x'.repeat(201) }],
  ['event with a receipt that is no boolean', { ...event, receipt: 1 }],
  ['event without data', { ...event, data: undefined }],
  ['event data of undefined inside', { ...event, data: { a: undefined } }],
  ['event data of a function', { ...event, data: { a: () => 1 } }],
  ['event data of a symbol', { ...event, data: [Symbol('a')] }],
  ['event data of a bigint', { ...event, data: 1n }],
  ['event data of a Date', { ...event, data: new Date() }],
  ['event data of a Map', { ...event, data: { a: new Map() } }],
  ['event data of a Set', { ...event, data: new Set() }],
  ['event data of an Error', { ...event, data: new Error('x') }],
  ['event data of a RegExp', { ...event, data: /x/ }],
  ['event data of a DataView', { ...event, data: new DataView(new ArrayBuffer(1)) }],
  ['event data of shared memory', { ...event, data: new SharedArrayBuffer(1) }],
  ['event data nested 65 deep', { ...event, data: nested(65) }],
  ['event data nested 100,000 deep', { ...event, data: nested(100_000) }],
  ['event data with a key __proto__', { ...event, data: { list: [ownKey('__proto__')] } }],
  ['event data with a key constructor', { ...event, data: { list: [ownKey('constructor')] } }],
  ['event data with a key prototype', { ...event, data: ownKey('prototype') }],

  ['event data with a key __proto__ that came over a socket', decode(encode({ ...event, data: ownKey('__proto__') }))],

  ['reply without a value', { ...reply, value: undefined }],
  ['reply that is neither ok nor not', { ...reply, ok: 1 }],
  ['reply with a value and an error', { ...failure, value: 1 }],
  ['reply that failed without an error', { ...failure, error: undefined }],
  ['reply with a stack in its error', { ...failure, error: { ...publicError, stack: 'at x' } }],
  ['reply with an error that is text', { ...failure, error: 'no' }],
  ['reply with an error code of 201 characters', { ...failure, error: { ...publicError, code: 'x'.repeat(201) } }],
  ['cancel without a request', { type: 'cancel', seq: 1 }],
  ['received below zero', { type: 'received', seq: -1 }],
  ['call of a method that is no text', { ...call, method: 1 }],
  ['call without params', { ...call, params: undefined }],
  ['call with a forbidden key', { ...call, params: ownKey('constructor') }],
  ['ping without an id', { type: 'ping' }],
  ['ping with an id that is text', { type: 'ping', id: '1' }],
]

describe('messages that are malformed', () => {
  test.each(malformed)('[V2] %s is refused with bad_message', (_name, message) => {
    expect(() => parseClientMessage(message)).toThrow(
      expect.objectContaining({ name: 'OrielError', code: 'bad_message' }),
    )
  })

  test.each<[string, unknown]>([
    ['a hello', hello],
    ['an edit', edit],
    ['a flush', { type: 'flush', id: 1 }],
    ['a pull', { type: 'pull' }],
    ['a flushed without a version', { type: 'flushed', id: 1 }],
    ['a flushed with an error that is text', { type: 'flushed', id: 1, version: 1, error: 'no' }],
    ['a call', call],
    ['a welcome of an unknown mode', { ...welcome, mode: 'gone' }],
    ['a welcome whose widget is a number', { ...welcome, widgetId: 1 }],
    ['a snapshot without a document', { ...snapshot, document: undefined }],
    ['a snapshot whose roots are no texts', { ...snapshot, document: { ...snapshot.document, roots: [1] } }],
    [
      'a snapshot with a record without props',
      { ...snapshot, document: { ...snapshot.document, records: [{ id: 'a', type: 't' }] } },
    ],
    [
      'a snapshot with a record of unknown scope',
      { ...snapshot, document: { ...snapshot.document, records: [{ id: 'a', type: 't', props: {}, scope: 'x' }] } },
    ],
    [
      'a snapshot with a forbidden key in props',
      {
        ...snapshot,
        document: { ...snapshot.document, records: [{ id: 'a', type: 't', props: ownKey('__proto__') }] },
      },
    ],
    ['a commit number 0', { type: 'commit', commit: { ...commit.commit, version: 0 } }],
    ['a commit without origin', { type: 'commit', commit: { ...commit.commit, origin: undefined } }],
    ['an ack of half a version', { type: 'ack', mutationId: 'm', version: 0.5 }],
    ['an ack with a text for a flag', { type: 'ack', mutationId: 'm', version: 1, unchanged: 'yes' }],
    ['a reject without an error', { type: 'reject', mutationId: 'm' }],
  ])('[V2] %s from a room is refused with bad_message', (_name, message) => {
    expect(() => parseRoomMessage(message)).toThrow(
      expect.objectContaining({ name: 'OrielError', code: 'bad_message' }),
    )
  })

  test('[V3] an error says which field is wrong, in few words, and nothing of what was sent', () => {
    const secret = 'S3CRET'.repeat(100)
    for (const message of [
      { ...event, event: secret },
      { ...event, [secret]: 1 },
      { type: secret },
      { ...event, data: { [secret]: () => 1 } },
    ]) {
      try {
        parseClientMessage(message)
        expect.unreachable()
      } catch (error) {
        const { message: text } = error as OrielError
        expect(text).not.toContain('S3CRET')
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(123)
      }
    }
    expect(() => parseClientMessage({ ...event, seq: 'x' })).toThrow(/seq must be a whole number from 1/)
  })

  test('[V2] 20,000 random values: a message or a bad_message, never anything else', () => {
    const types = fc.constantFrom(...fromClient.map(([, message]) => (message as { type: string }).type), 'x')
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      maxDepth: 4,
    })
    // well-formed messages with one field put wrong, so that every check is reached and not the first alone
    const spoiled = fc
      .tuple(
        fc.constantFrom(...fromClient.map(([, message]) => message), ...fromRoom.map(([, message]) => message)),
        fc.nat(),
        anything,
      )
      .map(([message, which, value]) => {
        const keys = Object.keys(message)
        return { ...message, [keys[which % keys.length]!]: value }
      })
    const withType = fc.tuple(types, fc.dictionary(fc.string(), anything)).map(([type, rest]) => ({ ...rest, type }))
    fc.assert(
      fc.property(fc.oneof(anything, withType, spoiled), (value) => {
        for (const parse of [parseClientMessage, parseRoomMessage]) {
          try {
            parse(value)
          } catch (error) {
            if (!(error instanceof OrielError) || error.code !== 'bad_message') throw error
          }
        }
      }),
      { numRuns: 20_000 },
    )
  })
})
