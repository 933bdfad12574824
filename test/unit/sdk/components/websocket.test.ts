import { beforeEach, describe, expect, test } from 'vitest'
import { ComponentWebSocketManager, WebSocketConnection, wsManager } from '../../../../src/sdk/components.ts'
import { FakeSocket, oneName } from './support/paths.ts'
import { Counter, useComponents } from './support/stage.ts'

const stage = useComponents()

class Gated extends Counter {
  static gates: (() => void)[] = []
  async onWait({ n }: { n: number }): Promise<void> {
    await new Promise<void>((resolve) => Gated.gates.push(resolve))
    this.state.count = n
  }
}

let manager: ComponentWebSocketManager
let socket: FakeSocket
beforeEach(async () => {
  Gated.gates = []
  manager = new ComponentWebSocketManager({ registry: oneName(Gated) })
  socket = new FakeSocket()
  await manager.connect(socket, 'a')
})

const say = (message: unknown, from = socket, id = 'a') =>
  manager.handleMessage(from, id, typeof message === 'string' ? message : JSON.stringify(message))
const event = (more: object) => ({ type: 'component_event', component: 'it', ...more })

describe('connections', () => {
  test('are greeted with their id [Q45]', () => {
    expect(socket.sent).toEqual([{ type: 'connected', connection_id: 'a' }])
  })

  test('an id that is connected twice is told twice [Q45]', async () => {
    const second = new FakeSocket()
    await manager.connect(second, 'a')
    manager.subscribe('a', 'c')
    await manager.pushUpdate('c', '<p>', {})
    expect([socket.sent.length, second.sent.length]).toEqual([2, 2])
    await manager.disconnect('a', second)
    await manager.pushUpdate('c', '<p>', {})
    expect([socket.sent.length, second.sent.length]).toEqual([3, 2])
  })

  test('leaving drops sockets and subscriptions; an unknown id is fine [Q45]', async () => {
    manager.subscribe('a', 'c')
    await manager.disconnect('a')
    await manager.disconnect('a')
    await manager.disconnect('never there')
    await manager.connect(socket, 'a')
    await manager.pushUpdate('c', '<p>', {})
    expect(socket.sent.map(({ type }) => type)).toEqual(['connected', 'connected'])
  })

  test('are served until their socket closes, or fails [Q45]', async () => {
    class Scripted extends FakeSocket {
      readonly messages: unknown[]
      constructor(messages: unknown[]) {
        super()
        this.messages = messages
      }

      override receive(): never {
        const next = this.messages.shift()
        if (next instanceof Error) throw next
        return (next ?? null) as never
      }
    }
    for (const end of [null, new Error('cut')]) {
      const scripted = new Scripted([{ type: 'subscribe', component_id: 'c' }, 'nonsense', event({ ref: 1 }), end])
      await manager.serve(scripted, 'served')
      await manager.pushUpdate('c', '<p>', {})
      await new Promise((resolve) => setImmediate(resolve))
      expect(scripted.sent.map(({ type }) => type)).toEqual(['connected', 'subscribed', 'error', 'component_update'])
    }
  })

  test('there is one manager for those who need no other [Q45]', () => {
    expect(wsManager).toBeInstanceOf(ComponentWebSocketManager)
    expect(socket).toBeInstanceOf(WebSocketConnection)
  })
})

describe('messages', () => {
  test('subscribe and unsubscribe are answered [Q46]', async () => {
    await say({ type: 'subscribe', component_id: 'c', ref: 7 })
    await say({ type: 'unsubscribe', component_id: 'c' })
    await manager.pushUpdate('c', '<p>', {})
    expect(socket.sent.slice(1)).toEqual([
      { type: 'subscribed', component_id: 'c', ref: 7 },
      { type: 'unsubscribed', component_id: 'c' },
    ])
  })

  test.each([
    ['subscribe without an id', { type: 'subscribe' }],
    ['unsubscribe without an id', { type: 'unsubscribe', component_id: '' }],
    ['an id that is none', { type: 'subscribe', component_id: { a: 1 } }],
    ['an unknown type', { type: 'nope' }],
    ['no type', {}],
    ['a type of objects', { type: 'constructor' }],
    ['text that is no JSON', 'nonsense'],
    ['JSON that is no object', '[1]'],
    ['nothing', ''],
    ['a component that is no name', { type: 'component_event', component: 5 }],
  ])('%s is answered with an error and its code; the socket stays [Q46] [Q49]', async (_, message) => {
    await say(message)
    expect(socket.sent.slice(1)).toEqual([
      { type: 'error', error: { code: 'bad_message', message: expect.any(String), retryable: false } },
    ])
    await say(event({ ref: 'after' }))
    expect(socket.sent.at(-1)).toMatchObject({ type: 'component_update', ref: 'after' })
  })

  test('too long a message is refused [Q49]', async () => {
    await say(`"${'x'.repeat(2 * 1024 * 1024)}"`)
    expect(socket.sent[1]).toMatchObject({ type: 'error', error: { code: 'too_large' } })
  })

  test('an event is answered with an update that has html, state as text, id, slots and ref [Q47]', async () => {
    await say(event({ event: 'increment', payload: { amount: 2 }, state: '{"count":3}', component_id: 'c', ref: 'r' }))
    expect(socket.sent[1]).toEqual({
      type: 'component_update',
      component: 'it',
      html: '<b>5</b>',
      state: '{"count":5}',
      component_id: 'c',
      slots: {},
      ref: 'r',
    })
  })

  test('what cannot be done is an error and nothing else; the socket stays usable [Q47]', async () => {
    for (const [message, code] of [
      [event({ component: 'none' }), 'unknown_component'],
      [event({ state: '{' }), 'corrupt_state'],
      [event({ event: 'fail' }), 'handler_failed'],
      [event({ event: 'nope' }), 'unknown_event'],
    ] as const) {
      const before = socket.sent.length
      await say({ ...message, component_id: 'c', ref: code })
      expect(socket.sent.slice(before)).toEqual([
        { type: 'error', ref: code, error: { code, message: expect.any(String), retryable: false } },
      ])
    }
    expect(JSON.stringify(socket.sent)).not.toContain('secret')
    await say(event({ component_id: 'c' }))
    expect(socket.sent.at(-1)).toMatchObject({ type: 'component_update' })
  })

  test('events of one component are answered in their order, others do not wait for them [Q17]', async () => {
    const all = [
      say(event({ event: 'wait', payload: { n: 1 }, component_id: 'c', ref: 1 })),
      say(event({ event: 'increment', component_id: 'c', ref: 2 })),
      say(event({ event: 'nope', component_id: 'c', ref: 3 })),
      say(event({ event: 'increment', component_id: 'd', ref: 4 })),
    ]
    await all[3]
    expect(socket.sent.slice(1).map(({ ref }) => ref)).toEqual([4])
    Gated.gates[0]!()
    await Promise.all(all)
    expect(socket.sent.slice(1).map(({ ref }) => ref)).toEqual([4, 1, 2, 3])
  })

  test('who sends faster than a thousand wait is told so, with the reference [Q17]', async () => {
    const first = say(event({ event: 'wait', payload: { n: 1 }, component_id: 'c', ref: -1 }))
    const rest = Array.from({ length: 1_001 }, (_, ref) => say(event({ component_id: 'c', ref })))
    await Promise.all(rest.slice(999))
    expect(socket.sent.slice(1)).toEqual(
      [999, 1_000].map((ref) => ({ type: 'error', ref, error: expect.objectContaining({ code: 'overloaded' }) })),
    )
    Gated.gates[0]!()
    await Promise.all([first, ...rest])
    expect(socket.sent.filter(({ type }) => type === 'component_update')).toHaveLength(1_000)
  })

  test('a prediction arrives first, with the same reference [Q25]', async () => {
    class Eager extends Gated {
      override getOptimisticPatch(): { count: number } {
        return { count: 9 }
      }
    }
    manager = new ComponentWebSocketManager({ registry: oneName(Eager) })
    const answered = say(event({ event: 'wait', payload: { n: 2 }, component_id: 'c', ref: 'r' }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(socket.sent.slice(1)).toEqual([
      { type: 'component_optimistic', component_id: 'c', optimistic: { count: 9 }, ref: 'r' },
    ])
    Gated.gates[0]!()
    await answered
    expect(socket.sent[2]).toEqual({
      type: 'component_update',
      component: 'it',
      html: '<b>2</b>',
      state: '{"count":2}',
      component_id: 'c',
      slots: {},
      ref: 'r',
    })
  })

  test('with stream each frame is an update, the last one marked [Q41]', async () => {
    await say(event({ event: 'run', payload: { to: 2 }, stream: true, ref: 'r' }))
    expect(socket.sent.slice(1).map(({ state, stream_done, ref }) => [state, stream_done, ref])).toEqual([
      ['{"count":1}', false, 'r'],
      ['{"count":2}', false, 'r'],
      ['{"count":2}', true, 'r'],
    ])
  })
})

describe('a stream on a socket', () => {
  class Endless extends Counter {
    static ended = 0
    async *onTick({ fail = 0 }: { fail?: number }): AsyncGenerator<void> {
      try {
        for (;;) {
          this.state.count++
          if (this.state.count === fail) throw new Error('the secret reason')
          yield
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        Endless.ended++
      }
    }
  }
  const updates = () => socket.sent.filter(({ type }) => type === 'component_update')
  beforeEach(async () => {
    Endless.ended = 0
    manager = new ComponentWebSocketManager({ registry: oneName(Endless) })
    await manager.connect(socket, 'a')
  })

  test('that fails midway leaves its frames, then comes as an error, and the socket stays usable [Q43] [Q47]', async () => {
    await say(event({ event: 'tick', payload: { fail: 3 }, stream: true, ref: 'r', component_id: 'c' }))
    expect(updates().map(({ state, stream_done }) => [state, stream_done])).toEqual([
      ['{"count":1}', false],
      ['{"count":2}', false],
    ])
    expect(socket.sent.at(-1)).toEqual({
      type: 'error',
      ref: 'r',
      error: { code: 'handler_failed', message: 'error handling tick', retryable: false },
    })
    await say(event({ event: 'increment', component_id: 'c' }))
    expect(socket.sent.at(-1)).toMatchObject({ type: 'component_update', state: '{"count":1}' })
    expect(Endless.ended).toBe(1)
  })

  test('ends when its socket leaves, with the generator’s cleanup [Q43]', async () => {
    const asked = say(event({ event: 'tick', stream: true }))
    await expect.poll(() => updates().length).toBeGreaterThan(2)
    const other = new FakeSocket()
    await manager.connect(other, 'a')
    // Of two with one id it is the one that asked that counts.
    await manager.disconnect('a', socket)
    await asked
    expect(Endless.ended).toBe(1)
    expect(other.sent.map(({ type }) => type)).toEqual(['connected'])
  })
})

describe('broadcasts', () => {
  class Dead extends FakeSocket {
    override send(data: object): void {
      if ((data as { type: string }).type !== 'connected') throw new Error('gone')
    }
  }
  class Hanging extends FakeSocket {
    override send(): never {
      return new Promise(() => {}) as never
    }
  }

  test('reach every other subscriber once, whatever becomes of one of them [Q48]', async () => {
    const others = [new FakeSocket(), new Dead(), new Hanging(), new FakeSocket()]
    for (const [n, other] of others.entries()) {
      await manager.connect(other, `o${n}`)
      manager.subscribe(`o${n}`, 'c')
      manager.subscribe(`o${n}`, 'c')
    }
    manager.subscribe('a', 'c')
    await manager.connect(new FakeSocket(), 'stranger')
    await say(event({ event: 'increment', component_id: 'c', broadcast: true, ref: 'r' }))
    expect(socket.sent.slice(1)).toEqual([expect.objectContaining({ type: 'component_update', ref: 'r' })])
    for (const other of [others[0]!, others[3]!])
      expect(other.sent.slice(1)).toEqual([
        {
          type: 'component_update',
          component: 'it',
          html: '<b>1</b>',
          state: '{"count":1}',
          component_id: 'c',
          slots: {},
        },
      ])
  })

  test('happen only where they are asked for, and only for what went well [Q48]', async () => {
    const other = new FakeSocket()
    await manager.connect(other, 'o')
    manager.subscribe('o', 'c')
    await say(event({ event: 'increment', component_id: 'c' }))
    await say(event({ event: 'fail', component_id: 'c', broadcast: true }))
    await say(event({ event: 'increment', broadcast: true }))
    expect(other.sent).toHaveLength(1)
  })

  test('locked fields are not pushed [Q30]', async () => {
    class Locked extends Gated {
      static override lockedFields = ['owner']
    }
    manager.subscribe('a', 'c')
    await manager.pushUpdate(new Locked({ componentId: 'c' }), '<p>', { count: 1, owner: 'ada' })
    expect(socket.sent[1]).toMatchObject({ state: '{"count":1}' })
    expect(stage.log.errors).toEqual([])
  })
})
