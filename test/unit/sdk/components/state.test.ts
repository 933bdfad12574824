import { describe, expect, test } from 'vitest'
import {
  Component,
  ComponentWebSocketManager,
  StateSerializer,
  StreamingComponent,
  formatSseFrame,
} from '../../../../src/sdk/components.ts'
import type { StateCodec } from '../../../../src/sdk/components.ts'
import { FakeSocket, PATHS, REMOTE_PATHS, post } from './support/paths.ts'
import { Counter, RecordedLog, useComponents } from './support/stage.ts'

const stage = useComponents()

describe('as text and back', () => {
  const serializer = new StateSerializer()

  test('nested JSON survives; nothing is {} [Q27]', () => {
    const state = { a: [1, { b: 'ü€😀\u2028"\\', c: [[]], d: null }], e: { f: false, g: -1.5e-7 } }
    expect(serializer.deserialize(serializer.serialize(state))).toEqual(state)
    for (const nothing of ['', null, undefined]) expect(serializer.deserialize(nothing)).toEqual({})
    expect(StateSerializer.deserialize(StateSerializer.serialize(state))).toEqual(state)
  })

  test.each([
    '{',
    '{"a":}',
    'undefined',
    '[1]',
    '"text"',
    '5',
    'null',
    'true',
    `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
  ])('broken JSON and what is no object is a corrupt state: %s [Q27]', (text) => {
    expect(() => serializer.deserialize(text)).toThrow(
      expect.objectContaining({ name: 'ComponentError', code: 'corrupt_state' }),
    )
  })

  test.each(REMOTE_PATHS)('it is refused by $name, and the next call goes well [Q27]', async (by) => {
    for (const state of ['{', '[1]', 'null'])
      expect(await by.ask(Counter, { event: 'increment', state })).toMatchObject({ ok: false, code: 'corrupt_state' })
    expect(await by.ask(Counter, { event: 'increment', state: '{"count":1}' })).toMatchObject({
      ok: true,
      state: { count: 2 },
    })
  })

  test('dates are ISO text; what is undefined is left out [Q28]', () => {
    const at = new Date('2026-11-27T20:00:00Z')
    expect(JSON.parse(serializer.serialize({ at, list: [at], gone: undefined }))).toEqual({
      at: at.toISOString(),
      list: [at.toISOString()],
    })
  })

  const circular: Record<string, unknown> = {}
  circular['list'] = [{ circular }]
  class Own {
    n = 1
  }
  test.each([
    ['a Map', new Map(), 'a.list[1].x is an object of the class Map'],
    ['a Set', new Set(), 'a.list[1].x is an object of the class Set'],
    ['a function', () => {}, 'a.list[1].x is a function'],
    ['an instance', new Own(), 'a.list[1].x is an object of the class Own'],
    ['a bigint', 5n, 'a.list[1].x is a bigint'],
    ['NaN', NaN, 'a.list[1].x is NaN'],
    ['Infinity', Infinity, 'a.list[1].x is Infinity'],
    ['a symbol', Symbol('s'), 'a.list[1].x is a symbol'],
    ['bytes', new Uint8Array(2), 'a.list[1].x is an object of the class Uint8Array'],
    ['an invalid date', new Date(NaN), 'a.list[1].x is an invalid date'],
    ['what holds itself', circular, 'a.list[1].x.list[0].circular holds itself'],
  ])('%s is an error that names the path [Q28]', (_, x, message) => {
    const state = { a: { list: [0, { x }] } }
    const expected = expect.objectContaining({
      code: 'bad_state',
      message: expect.stringContaining(`state.${message}`),
    })
    expect(() => serializer.serialize(state)).toThrow(expected)
    class Holding extends Component {
      static override templateName = 'text'
      override mount(): void {
        Object.assign(this.state, state)
      }
    }
    expect(() => new Holding().dehydrate()).not.toThrow()
    expect(() => new Holding().dispatch()).toThrow(expected)
  })

  test('unless a codec is declared, here and on every way out and in [Q28]', async () => {
    const map: StateCodec<Map<string, unknown>> = {
      name: 'map',
      matches: (value) => value instanceof Map,
      encode: (value) => [...value],
      decode: (encoded) => new Map(encoded as [string, unknown][]),
    }
    class Mapped extends StreamingComponent<{ seen?: Map<string, number> }> {
      static override templateName = 'text'
      static override serializer = new StateSerializer({
        codecs: [map],
        signingKeys: ['0123456789abcdef'],
      })
      onAdd(): void {
        this.state.seen = new Map([...(this.state.seen ?? []), ['n', (this.state.seen?.get('n') ?? 0) + 1]])
      }
    }
    const first = new Mapped().dispatch({ event: 'add' })
    expect(first.state).toEqual({ seen: new Map([['n', 1]]) })
    expect(new Mapped().dispatch({ event: 'add', state: first.state }).state).toEqual({ seen: new Map([['n', 2]]) })
    const answer = (await (await post(Mapped, { event: 'add' })).json()) as { state: string }
    const next = (await (await post(Mapped, { event: 'add', state: answer.state })).json()) as { state: string }
    expect(Mapped.serializer.deserialize(next.state)).toEqual({ seen: new Map([['n', 2]]) })
  })
})

describe('size', () => {
  /** A state of so many bytes as JSON, most of them in characters of three. */
  const stateOf = (bytes: number): { text: string } => {
    const room = bytes - '{"text":""}'.length
    return { text: '€'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3) }
  }

  test('is counted in UTF-8: silent, one warning, an error; 0 switches a guard off [Q29]', () => {
    const log = new RecordedLog()
    const serializer = new StateSerializer({ log })
    serializer.serialize(stateOf(65_536))
    expect(log.warnings).toEqual([])
    expect(serializer.serialize(stateOf(65_537))).toHaveLength(JSON.stringify(stateOf(65_537)).length)
    expect(log.warnings).toEqual([expect.stringMatching(/65,537 bytes.*65,536/)])
    expect(serializer.deserialize(serializer.serialize(stateOf(524_288)))).toEqual(stateOf(524_288))
    const tooLarge = expect.objectContaining({
      name: 'ComponentError',
      code: 'too_large',
      message: expect.stringMatching(/524,289 bytes; the limit is 524,288\. Keep large things elsewhere/),
    })
    expect(() => serializer.serialize(stateOf(524_289))).toThrow(tooLarge)
    log.warnings.length = 0
    const open = new StateSerializer({ warnBytes: 0, maxBytes: 0, log })
    expect(open.deserialize(open.serialize(stateOf(2_000_000)))).toEqual(stateOf(2_000_000))
    expect(log.warnings).toEqual([])
  })

  class Large extends StreamingComponent<{ text: string }> {
    static override templateName = 'text'
    onGrow({ bytes }: { bytes: number }): void {
      this.state.text = stateOf(bytes).text
    }
  }

  test.each(PATHS)('holds on every answer by $name, with one warning each [Q29]', async (by) => {
    const log = new RecordedLog()
    Large.serializer = new StateSerializer({ log })
    expect(await by.ask(Large, { event: 'grow', payload: { bytes: 65_536 } })).toMatchObject({ ok: true })
    expect(log.warnings).toHaveLength(0)
    expect(await by.ask(Large, { event: 'grow', payload: { bytes: 65_537 } })).toMatchObject({ ok: true })
    expect(log.warnings).toHaveLength(1)
    expect(await by.ask(Large, { event: 'grow', payload: { bytes: 524_288 } })).toMatchObject({ ok: true })
    const outcome = await by.ask(Large, { event: 'grow', payload: { bytes: 524_289 } })
    expect(outcome).toMatchObject({ ok: false, code: 'too_large', message: expect.stringContaining('524,289 bytes') })
    if (by.name.startsWith('http')) expect(outcome).toMatchObject({ status: 413 })
  })

  test('holds on frames and pushes made by hand [Q29] [Q48]', async () => {
    const frame = { html: '', state: stateOf(524_289), componentId: 'c', slots: {}, streamDone: true }
    expect(() => formatSseFrame(frame)).toThrow(expect.objectContaining({ code: 'too_large' }))
    const manager = new ComponentWebSocketManager()
    const socket = new FakeSocket()
    await manager.connect(socket, 'a')
    await expect(manager.pushUpdate('c', '', stateOf(524_289))).resolves.toBeUndefined()
    manager.subscribe('a', 'c')
    await expect(manager.pushUpdate('c', '', stateOf(524_289))).rejects.toMatchObject({ code: 'too_large' })
    expect(socket.sent).toHaveLength(1)
    await manager.pushUpdate('c', '<p>', stateOf(500))
    expect(socket.sent[1]).toMatchObject({
      type: 'component_update',
      component_id: 'c',
      html: '<p>',
      state: JSON.stringify(stateOf(500)),
    })
  })
})

describe('signed state', () => {
  const [now, before, other] = ['key-of-this-year!', 'key-of-last-year!', 'key-of-a-stranger']
  const serializer = new StateSerializer({ signingKeys: [now, before] })
  const corrupt = expect.objectContaining({ name: 'ComponentError', code: 'corrupt_state' })

  test('the first key signs, all verify [Q30]', () => {
    const old = new StateSerializer({ signingKeys: [before] })
    expect(serializer.deserialize(old.serialize({ n: 1 }))).toEqual({ n: 1 })
    expect(new StateSerializer({ signingKeys: [now] }).deserialize(serializer.serialize({ n: 2 }))).toEqual({ n: 2 })
    expect(() => old.deserialize(serializer.serialize({ n: 2 }))).toThrow(corrupt)
    expect(() => new StateSerializer({ signingKeys: ['short'] })).toThrow('16 characters')
  })

  test('no part of it can be changed: every flipped character, every cut, another version, another key, none [Q30]', () => {
    const token = serializer.serialize({ n: 1, text: 'ü' })
    for (let at = 0; at < token.length; at++) {
      const flipped = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(() => serializer.deserialize(flipped), `at ${at}`).toThrow(corrupt)
      if (at > 0) expect(() => serializer.deserialize(token.slice(0, at)), `cut at ${at}`).toThrow(corrupt)
    }
    const [version, payload, mac] = token.split('.') as [string, string, string]
    const wrong = [
      `oriel2.${payload}.${mac}`,
      `${version}.${payload}`,
      `${version}.${payload}.`,
      `${token}.`,
      `${token}=`,
      ` ${token}`,
      '{"n":1}',
      '{}',
      new StateSerializer({ signingKeys: [other] }).serialize({ n: 1 }),
    ]
    for (const text of wrong) expect(() => serializer.deserialize(text)).toThrow(corrupt)
    expect(() => serializer.acceptObject({ n: 1 })).toThrow(corrupt)
  })

  class Account extends StreamingComponent<{ count: number; owner: string | null }> {
    static override templateName = 'text'
    static override lockedFields = ['owner']
    static override serializer = serializer
    override mount(): void {
      this.state = { count: 0, owner: 'ada' }
    }

    override beforeRender(): void {
      this.state.owner ??= null
    }

    onAdd(): void {
      this.state.count++
    }
  }

  test('locked fields never leave and never come in, not by hydrate either [Q30]', () => {
    const component = new Account()
    expect(component.dispatch().state).toEqual({ count: 0 })
    expect(component.dehydrate()).toEqual({ count: 0 })
    expect(component.state.owner).toBe('ada')
    component.hydrate({ count: 1, owner: 'eve' })
    expect(component.state).toEqual({ count: 1, owner: 'ada' })
    class Predicting extends Account {
      override getOptimisticPatch(): Partial<{ count: number; owner: string }> {
        return { count: 1, owner: 'ada' }
      }

      override dehydrate() {
        return { ...this.state }
      }
    }
    expect(new Predicting().dispatch({ event: 'add' })).toMatchObject({ state: { count: 1 }, optimistic: { count: 1 } })
    expect(JSON.stringify(new Predicting().dispatch({ event: 'add' }))).not.toContain('ada')
  })

  test.each(REMOTE_PATHS)('forged and old tokens restore nothing by $name [Q30]', async (by) => {
    const old = serializer.serialize({ count: 1, owner: 'eve' })
    for (const state of ['{"count":1,"owner":"eve"}', old.replace('.', '.x')])
      expect(await by.ask(Account, { event: 'add', state })).toMatchObject({ ok: false, code: 'corrupt_state' })
    const { raw } = await by.ask(Account, { event: 'add', state: old })
    const { state } = raw as { state: string }
    expect(state).toMatch(/^oriel1\./)
    expect(serializer.deserialize(state)).toEqual({ count: 2 })
  })

  test('the keys of the shared serializer are those of every component without one [Q30]', async () => {
    StateSerializer.signingKeys = [now]
    try {
      const { state } = (await (await post(Counter, { event: 'increment' })).json()) as { state: string }
      expect(state).toMatch(/^oriel1\./)
      expect((await post(Counter, { event: 'increment', state: '{"count":5}' })).status).toBe(400)
      expect((await post(Counter, { event: 'increment', state: { count: 5 } })).status).toBe(400)
      const next = (await (await post(Counter, { event: 'increment', state })).json()) as { html: string }
      expect(next.html).toBe('<b>2</b>')
    } finally {
      StateSerializer.signingKeys = []
    }
    expect(stage.log.errors).toEqual([])
  })
})
