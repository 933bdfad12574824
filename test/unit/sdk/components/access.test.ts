import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  AllowAny,
  BasePermission,
  Component,
  ComponentRegistry,
  ComponentWebSocketManager,
  IsAuthenticated,
  IsStaff,
  IsSuperuser,
  ModelPermission,
  handleComponentRequest,
  registry,
} from '../../../../src/sdk/components.ts'
import type { ComponentUser } from '../../../../src/sdk/components.ts'
import { FakeSocket, REMOTE_PATHS, oneName, post } from './support/paths.ts'
import { Counter, useComponents } from './support/stage.ts'

const stage = useComponents()

describe('the registry', () => {
  class One extends Component {}
  class Two extends Component {}

  test('gives the class back, plainly and as a decorator [Q38]', () => {
    const names = new ComponentRegistry()
    expect(names.register('one', One)).toBe(One)
    expect(names.register('two')(Two)).toBe(Two)
    // As a class with @names.register('three') in front of it becomes.
    const three = names.register('three')(class Three extends Component {}, {
      kind: 'class',
      name: 'Three',
    } as ClassDecoratorContext)
    expect(three.name).toBe('Three')
    expect(names.list()).toEqual(['one', 'two', 'three'])
    expect([names.get('one'), names.get('none'), names.require('two')]).toEqual([One, null, Two])
    for (const name of ['none', '', '__proto__', 'constructor', 'toString'])
      expect(() => names.require(name)).toThrow(expect.objectContaining({ code: 'unknown_component' }))
  })

  test('the same again is nothing new; another class is refused, naming the holder, who stays [Q38]', () => {
    const names = new ComponentRegistry()
    names.register('a', One)
    names.register('b', Two)
    names.register('a', One)
    names.register('also a', One)
    expect(() => names.register('a', Two)).toThrow('"a" is held by One')
    expect([names.get('a'), names.list()]).toEqual([One, ['a', 'b', 'also a']])
    names.replace('a', Two)
    expect([names.get('a'), names.list()]).toEqual([Two, ['a', 'b', 'also a']])
    for (const wrong of [null, {}, () => {}, Object])
      expect(() => names.register('x', wrong as never)).toThrow('extends Component')
    expect(() => names.register('', One)).toThrow('1 to 200')
  })

  test('the shared one is what routes and sockets use unless they are given another [Q38]', async () => {
    registry.replace('test-of-shared', Counter)
    const response = await handleComponentRequest(
      new Request('http://app.test/components/test-of-shared', { method: 'POST', body: '{}' }),
    )
    expect(response.status).toBe(200)
  })
})

class NeedsBoth extends ModelPermission {
  static override permissionRequired = ['add', 'change']
}
class NeedsOne extends ModelPermission {
  static override permissionRequired = 'add'
}
class NeedsNone extends ModelPermission {}
class Throws extends BasePermission {
  override hasPermission(): never {
    throw new Error('no idea')
  }
}
class Promises extends BasePermission {
  override hasPermission(): boolean {
    return Promise.resolve(true) as never
  }
}

const nobody = null
const anonymous: ComponentUser = {
  isAuthenticated: false,
  isStaff: true,
  isSuperuser: true,
  permissions: ['add', 'change'],
}
const ada: ComponentUser = { id: 'ada', isAuthenticated: true }
const staff: ComponentUser = { ...ada, isStaff: true }
const root: ComponentUser = { ...ada, isSuperuser: true }
const adder: ComponentUser = { ...ada, permissions: ['add'] }
const editor: ComponentUser = { ...ada, permissions: new Set(['add', 'change']) }
const asked: ComponentUser = { ...ada, hasPermission: (name) => name === 'add' }

const GRANTS: [
  name: string,
  permissions: (typeof BasePermission)[],
  granted: (ComponentUser | null)[],
  denied: (ComponentUser | null)[],
][] = [
  ['none listed', [], [nobody, anonymous, ada], []],
  ['AllowAny', [AllowAny], [nobody, anonymous, ada], []],
  ['IsAuthenticated', [IsAuthenticated], [ada, staff], [nobody, anonymous, {}]],
  ['IsStaff', [IsStaff], [staff, { isStaff: true }], [nobody, anonymous, ada, root]],
  ['IsSuperuser', [IsSuperuser], [root], [nobody, anonymous, ada, staff]],
  ['ModelPermission without any', [NeedsNone], [nobody, ada], []],
  ['ModelPermission of one', [NeedsOne], [adder, editor, asked], [nobody, anonymous, ada]],
  ['ModelPermission of two', [NeedsBoth], [editor], [nobody, anonymous, ada, adder, asked]],
  ['all of them', [IsAuthenticated, NeedsOne], [adder], [nobody, ada, { permissions: ['add'] }]],
  ['one that says nothing', [BasePermission], [], [nobody, root]],
  ['one that throws', [AllowAny, Throws], [], [nobody, root]],
  ['one that promises', [Promises], [], [nobody, root]],
]

describe.each(REMOTE_PATHS)('permissions by $name', (by) => {
  test.each(GRANTS)('%s [Q39] [Q40]', async (_, permissions, granted, denied) => {
    let made = 0
    class Guarded extends Counter {
      static override permissionClasses = permissions
      constructor(params?: Record<string, unknown>) {
        super(params)
        made++
      }
    }
    for (const user of granted)
      expect(await by.ask(Guarded, { event: 'increment' }, user)).toMatchObject({ ok: true, state: { count: 1 } })
    made = 0
    for (const user of denied) {
      const outcome = await by.ask(Guarded, { event: 'increment', state: 'no state at all' }, user)
      expect(outcome).toMatchObject({
        ok: false,
        code: 'not_allowed',
        ...(by.name.startsWith('http') && { status: 403 }),
      })
    }
    expect(made).toBe(0)
  })
})

test.each(GRANTS)('permissions on a push: %s [Q39] [Q40]', async (_, permissions, granted, denied) => {
  class Guarded extends Counter {
    static override permissionClasses = permissions
  }
  const manager = new ComponentWebSocketManager({ registry: oneName(Guarded) })
  const sockets = [...granted, ...denied].map((user) => ({ user, socket: new FakeSocket() }))
  for (const [n, { user, socket }] of sockets.entries()) {
    await manager.connect(socket, `s${n}`, { user })
    manager.subscribe(`s${n}`, 'c')
  }
  const pushes: Parameters<ComponentWebSocketManager['pushUpdate']>[] = [
    [new Guarded({ componentId: 'c' }), '<p>', {}],
    ['c', '<p>', {}, { component: Guarded }],
    ['c', '<p>', {}, { component: 'it' }],
    ['c', '<p>', {}],
  ]
  for (const push of pushes) await manager.pushUpdate(...push)
  await manager.broadcastUpdate('c', { component_id: 'c', html: '<p>', state: '{}', component: 'it' })
  for (const [n, { socket }] of sockets.entries()) expect(socket.sent).toHaveLength(n < granted.length ? 6 : 1)
})

describe('the order of checks', () => {
  class Denied extends Counter {
    static override permissionClasses = [IsStaff]
  }

  test('unknown comes before denied, and denied before the body is read [Q40]', async () => {
    const unread = (): { body: ReadableStream; read: () => boolean } => {
      let read = false
      const body = new ReadableStream(
        {
          pull(controller) {
            read = true
            controller.enqueue(new TextEncoder().encode('{}'))
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return { body, read: () => read }
    }
    for (const [path, status] of [
      ['/components/none', 404],
      ['/components/none/stream', 404],
      ['/components/it', 403],
      ['/components/it/stream', 403],
    ] as const) {
      const { body, read } = unread()
      const request = new Request(`http://app.test${path}`, { method: 'POST', body, duplex: 'half' } as RequestInit)
      const response = await handleComponentRequest(request, { registry: oneName(Denied) })
      expect([path, response.status, read()]).toEqual([path, status, false])
    }
    const manager = new ComponentWebSocketManager({ registry: oneName(Denied) })
    const socket = new FakeSocket()
    await manager.connect(socket, 'a')
    for (const component of ['none', 'it'])
      await manager.handleMessage(socket, 'a', {
        type: 'component_event',
        component,
        state: 'broken',
        payload: 5,
        component_id: 'c',
      })
    expect(socket.sent.slice(1).map((reply) => (reply['error'] as { code: string }).code)).toEqual([
      'unknown_component',
      'not_allowed',
    ])
  })

  test('a page of another site is refused, a program is not [Q40]', async () => {
    const statusFrom = async (headers: Record<string, string>) => (await post(Counter, {}, { headers })).status
    expect(await statusFrom({})).toBe(200)
    expect(await statusFrom({ origin: 'http://app.test' })).toBe(200)
    expect(await statusFrom({ origin: 'http://evil.test' })).toBe(403)
    expect(await statusFrom({ origin: 'null' })).toBe(403)
    expect(await statusFrom({ origin: 'https://app.test', 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await statusFrom({ origin: 'http://app.test', 'sec-fetch-site': 'cross-site' })).toBe(403)
  })
})

describe.each(REMOTE_PATHS)('params by $name', (by) => {
  let seen: Record<string, unknown> = {}
  class Open extends Counter {
    constructor(params?: Record<string, unknown>) {
      super(params)
      seen = this.params
    }
  }
  class Listed extends Open {
    static override paramsSchema = z.object({ title: z.string(), size: z.coerce.number().default(1) })
  }

  test('what the schema does not list is dropped; without one, all but the id [Q40]', async () => {
    const params = { title: 'x', size: '3', isAdmin: true, componentId: 'mine', constructor: 1 }
    await by.ask(Open, { params })
    expect(seen).toEqual({})
    await by.ask(Listed, { params })
    expect(seen).toEqual({ title: 'x', size: 3 })
    for (const wrong of [{ title: 5 }, {}, 'text', [1]])
      expect(await by.ask(Listed, { params: wrong as object })).toMatchObject({
        ok: false,
        code: expect.stringMatching(/^bad_(?:payload|message)$/),
      })
  })
})

test('a component_id from outside is the id, if it can be one [Q1] [Q40]', async () => {
  const idOf = async (component_id: unknown) => {
    const response = await post(Counter, { component_id })
    return response.status === 200
      ? ((await response.json()) as { component_id: string }).component_id
      : response.status
  }
  expect(await idOf('my-id')).toBe('my-id')
  expect(await idOf(null)).toMatch(/^component-/)
  for (const wrong of [5, {}, 'x'.repeat(201), '\ud800']) expect(await idOf(wrong)).toBe(400)
  expect(stage.log.errors).toEqual([])
})
