import { EventEmitter, once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { OrielError, session } from '../../../src/sdk/index.ts'
import { startSession } from './support/sessions.ts'

const who = (): unknown => session.get('clientId')
const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0)) step()
})

function codeOf(fn: () => unknown): string | undefined {
  try {
    fn()
  } catch (error) {
    return (error as OrielError).code
  }
  return undefined
}

test('[K1] the body of a script finds its client, after await, in timers, immediates, ticks, microtasks and then, in helpers too', async () => {
  const seen: Record<string, unknown> = {}
  const helper = (what: string) => (seen[what] = who())
  await startSession('a').run(async () => {
    helper('body')
    await Promise.resolve()
    helper('await')
    await new Promise<void>((resolve) => setTimeout(() => resolve(void helper('timer')), 1))
    await new Promise<void>((resolve) => setImmediate(() => resolve(void helper('immediate'))))
    await new Promise<void>((resolve) => process.nextTick(() => resolve(void helper('tick'))))
    await new Promise<void>((resolve) => queueMicrotask(() => resolve(void helper('microtask'))))
    await Promise.resolve().then(() => helper('then'))
    await Promise.reject(new Error()).catch(() => helper('catch'))
    const channel = new MessageChannel()
    channel.port1.on('message', () => {
      helper('port')
      channel.port1.close()
    })
    channel.port2.postMessage(1)
    await once(channel.port1, 'close')
  })
  expect(new Set(Object.values(seen))).toEqual(new Set(['client-a']))
  expect(Object.keys(seen)).toHaveLength(9)
})

test('[K1] everything a script may know of its session is there', () => {
  const { run } = startSession('a')
  expect(run(() => ({ ...session.current() }))).toEqual({
    clientId: 'client-a',
    sessionId: 'session-a',
    connectionId: 'script-a',
    widgetId: null,
    userId: null,
    roles: [],
    workerId: 'worker-a',
    scriptPath: '/scripts/a/sales.oriel.tsx',
    arguments: { name: 'a' },
    request: { arguments: { name: 'a' }, headers: {}, cookies: {} },
  })
})

test('[K4] a nested run sees its own values and the outer ones are back after it, after a throw too', () => {
  startSession('a').run(() => {
    session.run({ step: 1, userId: 'ada' }, () => {
      expect([who(), session.get('step'), session.get('userId')]).toEqual(['client-a', 1, 'ada'])
      expect(() =>
        session.run({ step: 2 }, () => {
          expect([session.get('step'), session.get('userId')]).toEqual([2, 'ada'])
          throw new Error('out')
        }),
      ).toThrow('out')
      expect(session.get('step')).toBe(1)
    })
    expect([session.get('step'), session.get('userId')]).toEqual([null, null])
  })
})

test('[K4] run gives what its function gives, a promise included, whose awaits stay inside', async () => {
  await startSession('a').run(async () => {
    const inner = session.run({ step: 'inner' }, async () => {
      await Promise.resolve()
      return session.get('step')
    })
    expect(session.get('step')).toBe(null)
    expect(await inner).toBe('inner')
  })
})

test('[K4] run makes a context where there is no session; what needs the session itself says so', () => {
  session.run({ clientId: 'made-up' }, () => {
    expect(who()).toBe('made-up')
    expect(session.get('sessionId')).toBe(null)
    expect(codeOf(() => session.onClose(() => {}))).toBe('no_session')
  })
})

test('[K5] outside of any session: no_session, saying why and what to do; or the fallback', () => {
  for (const call of [who, () => session.current(), () => session.bind(() => {}), () => session.onClose(() => {})])
    expect(codeOf(call)).toBe('no_session')
  expect(() => who()).toThrow(
    /^session\.get\('clientId'\) was called outside of any session, so it is not known which client it is for\. .*session\.bind\(listener\).*session\.run/,
  )
  expect(session.get('clientId', 'nobody')).toBe('nobody')
  expect(session.get('clientId', undefined)).toBe(undefined)
  expect(session.get('clientId', null)).toBe(null)
})

test('[K5] an unknown key gives null or the fallback, also for names that every object has', () => {
  startSession('a').run(() => {
    for (const key of ['nothing', 'toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect(session.get(key)).toBe(null)
      expect(session.get(key, 'fallback')).toBe('fallback')
    }
  })
})

test('[K6] values are frozen copies', () => {
  const given = { city: 'Oslo' }
  const roles = ['reader']
  const { run } = startSession('a', { arguments: given, roles })
  given.city = 'changed'
  roles.push('admin')
  run(() => {
    const all = session.current() as Record<string, unknown>
    expect(() => (all['clientId'] = 'other')).toThrow(TypeError)
    expect(() => ((all['arguments'] as Record<string, string>)['city'] = 'x')).toThrow(TypeError)
    expect(() => (session.get('roles') as string[]).push('admin')).toThrow(TypeError)
    expect(session.get('roles')).toEqual(['reader'])
    expect(session.get('arguments')).toEqual({ city: 'Oslo' })
    expect(() => ((session as { get: unknown }).get = null)).toThrow(TypeError)
    const nested = { list: [{ n: 1 }] }
    session.run({ nested }, () => {
      nested.list[0]!.n = 2
      expect(session.get('nested')).toEqual({ list: [{ n: 1 }] })
      expect(() => ((session.get('nested') as typeof nested).list[0]!.n = 3)).toThrow(TypeError)
    })
  })
})

test('[K6] a context refuses what cannot be copied and frozen, naming it', () => {
  for (const [value, name] of [
    [new Map(), 'a Map'],
    [() => {}, 'a function'],
    [new Date(), 'a Date'],
  ] as const)
    expect(() => session.run({ odd: [value] }, () => {})).toThrow(`context.odd[0] is ${name}; a session context holds`)
  expect(codeOf(() => session.run(null as never, () => {}))).toBe('bad_value')
  expect(codeOf(() => session.run({}, 5 as never))).toBe('bad_value')
})

test('[K6] reconnecting changes connectionId alone', () => {
  const { run, link } = startSession('a')
  run(() => {
    const before = session.current()
    link.connectionId = 'script-again'
    expect(session.current()).toEqual({ ...before, connectionId: 'script-again' })
    expect(session.get('connectionId')).toBe('script-again')
  })
})

test('[K3] a bound function runs in the session that bound it, whoever calls it, with this, arguments and result', async () => {
  const shared = new EventEmitter()
  const seen: unknown[] = []
  const [a, b] = [startSession('a'), startSession('b')]
  for (const { run } of [a, b])
    run(() =>
      shared.on(
        'news',
        session.bind((text: string) => seen.push([who(), text])),
      ),
    )
  shared.emit('news', 'outside')
  b.run(() => shared.emit('news', 'by b'))
  expect(seen).toEqual([
    ['client-a', 'outside'],
    ['client-b', 'outside'],
    ['client-a', 'by b'],
    ['client-b', 'by b'],
  ])
  const bound = a.run(() =>
    session.bind(function add(this: { base: number }, more: number) {
      return this.base + more
    }),
  )
  expect(bound.call({ base: 2 }, 3)).toBe(5)
  expect([bound.name, bound.length]).toEqual(['add', 1])
})

test('[K3] every step of a bound generator runs in the session that bound it', async () => {
  const [a, b] = [startSession('a'), startSession('b')]
  const steps = a.run(() =>
    session.bind(function* (start: number): Generator<unknown, unknown, string> {
      try {
        const got = yield [start, who()]
        yield [got, who()]
      } finally {
        yield ['finally', who()]
      }
      return 'never'
    }),
  )
  const made = b.run(() => steps(7))
  expect(made.next()).toEqual({ done: false, value: [7, 'client-a'] })
  expect(b.run(() => made.next('x'))).toEqual({ done: false, value: ['x', 'client-a'] })
  expect(b.run(() => made.return(0))).toEqual({ done: false, value: ['finally', 'client-a'] })

  const seen: unknown[] = []
  const later = a.run(() =>
    session.bind(async function* () {
      yield who()
      await Promise.resolve()
      yield who()
    }),
  )
  await b.run(async () => {
    for await (const value of later()) seen.push(value, who())
  })
  expect(seen).toEqual(['client-a', 'client-b', 'client-a', 'client-b'])
})

test('[K8] a session that ends changes nothing for another', async () => {
  const [a, b] = [startSession('a'), startSession('b')]
  await a.session.close()
  expect(b.run(who)).toBe('client-b')
  expect(codeOf(() => a.run(who))).toBe('session_closed')
})

test('[K9] code that outlives its session finds session_closed, saying what to do', async () => {
  const { run, session: running } = startSession('a')
  let outlived!: () => void
  const gate = new Promise<void>((resolve) => (outlived = resolve))
  const late = run(async () => {
    await gate
    for (const call of [who, () => session.get('clientId', 'x'), () => session.current(), () => session.run({}, who)])
      expect(codeOf(call)).toBe('session_closed')
    expect(() => who()).toThrow(/after its session had ended\. .*session\.onClose/)
  })
  await running.close()
  outlived()
  await late
})

test('close hooks run in the session, the last added first; a throwing one is reported and stops no other', async () => {
  const { run, session: running, problems } = startSession('a')
  const seen: unknown[] = []
  run(() => {
    session.onClose(() => seen.push(['first', who()]))
    session.onClose(async () => {
      await Promise.resolve()
      seen.push(['second', who()])
    })
    session.onClose(() => {
      throw new Error('hook')
    })
    const remove = session.onClose(() => seen.push('removed'))
    remove()
  })
  await Promise.all([running.close(), running.close()])
  expect(seen).toEqual([
    ['second', 'client-a'],
    ['first', 'client-a'],
  ])
  expect(problems).toMatchObject([{ message: 'hook' }])
})
