import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { coalesce } from '../../../src/shared/document/coalesce.ts'
import { Document } from '../../../src/client/document.ts'
import type { ChangeEvent } from '../../../src/client/changes.ts'
import type { Op } from '../../../src/shared/document/types.ts'
import { contentOf } from '../../support/content-of.ts'

function sample(): Document {
  const document = new Document()
  document.transact((tx) => {
    tx.put({ id: 'a', type: 't', props: { n: 1, list: [1, 2, 3], o: { x: 1 } }, children: ['b'] })
    tx.put({ id: 'b', type: 't', props: { c: new Float64Array([1, 2]) } })
    tx.roots(['a'])
    tx.title('Sample')
  })
  return document
}
function eventsOf(document: Document, filter?: { id?: string }): ChangeEvent[] {
  const events: ChangeEvent[] = []
  document.onChange((event) => events.push(event), filter)
  return events
}

describe('a document on its own', () => {
  it('takes every op in a transaction, and reads see the edits at once', () => {
    const document = sample()
    document.transact((tx) => {
      tx.set('a', ['n'], 2)
      expect(tx.get('a')?.props['n']).toBe(2)
      expect(document.get('a')?.props['n']).toBe(2)
      tx.unset('a', ['o', 'x'])
      tx.splice('a', ['list'], 0, 1, [7, 8])
      tx.move('a', ['list'], 0, 3)
      tx.append('b', { c: [3] }, 2)
      tx.columns('b', { c: [[0, 9]] })
      tx.put({ id: 'z', type: 't', props: {} })
      tx.roots(['z', 'a'])
      tx.title('Other')
      expect(document.title).toBe('Other')
      expect([...document.roots]).toEqual(['z', 'a'])
      expect([...document.records()].map(({ id }) => id).sort()).toEqual(['a', 'b', 'z'])
    })
    expect(document.get('a')?.props).toEqual({ n: 2, list: [8, 2, 3, 7], o: {} })
    expect(document.get('b')?.props).toEqual({ c: new Float64Array([9, 3]) })
    document.transact((tx) => tx.remove('a'))
    expect(contentOf(document)).toMatchObject({ title: 'Other', roots: ['z'], records: [{ id: 'z' }] })
    expect(document.version).toBe(3)
  })

  it('[Y6] a throw in a transaction rolls everything back, is passed on, and nobody is told', () => {
    const document = sample()
    const events = eventsOf(document)
    const before = contentOf(document)
    const failing = () =>
      document.transact((tx) => {
        tx.set('a', ['n'], 5)
        tx.remove('b')
        tx.set('none', ['n'], 5)
      })
    expect(failing).toThrow(expect.objectContaining({ code: 'unknown_record' }))
    expect(contentOf(document)).toEqual(before)
    expect(document.version).toBe(1)
    expect(events).toEqual([])
  })

  it('a transaction inside another is part of it; if it throws, only its own edits go', () => {
    const document = sample()
    const events = eventsOf(document)
    document.transact((tx) => {
      tx.set('a', ['n'], 2)
      try {
        document.transact((inner) => {
          inner.set('a', ['n'], 3)
          throw new Error('no')
        })
      } catch {
        // as meant
      }
      expect(tx.get('a')?.props['n']).toBe(2)
      document.transact((inner) => inner.set('a', ['o', 'x'], 4))
      expect(tx.get('a')?.props['o']).toEqual({ x: 4 })
    })
    expect(events.map(({ ops }) => ops.map((op) => op.op))).toEqual([['set', 'set']])
    expect(document.get('a')?.props).toMatchObject({ n: 2, o: { x: 4 } })
  })

  it('an async function is refused, and a transaction that is over takes no edit', () => {
    const document = sample()
    let late: (() => void) | undefined
    const asyncTransaction = () =>
      document.transact(async (tx) => {
        tx.set('a', ['n'], 9)
        late = () => tx.set('a', ['n'], 10)
      })
    expect(asyncTransaction).toThrow(expect.objectContaining({ code: 'bad_usage' }))
    expect(document.get('a')?.props['n']).toBe(1)
    expect(late).toThrow(expect.objectContaining({ code: 'bad_usage' }))
  })

  it('values are copied: who changes them later changes no document', () => {
    const document = sample()
    const list = [{ x: 1 }]
    document.transact((tx) => tx.set('a', ['list'], list))
    list[0]!.x = 2
    expect(document.get('a')?.props['list']).toEqual([{ x: 1 }])
    expect(() => document.transact((tx) => tx.set('a', ['n'], (() => 1) as never))).toThrow(
      expect.objectContaining({ code: 'bad_value' }),
    )
  })

  it('[Y7] editing a removed record is a no-op, removing wins, and put brings it back', () => {
    const document = sample()
    document.transact((tx) => tx.remove('b'))
    const events = eventsOf(document)
    document.transact((tx) => tx.set('b', ['x'], 1))
    expect(document.get('b')).toBeUndefined()
    expect(events).toEqual([])
    document.transact((tx) => tx.put({ id: 'b', type: 't', props: {} }))
    document.transact((tx) => tx.set('b', ['x'], 1))
    expect(document.get('b')?.props).toEqual({ x: 1 })
  })

  it('[Y8] setting an equal value, NaN included, makes no edit', () => {
    const document = sample()
    document.transact((tx) => tx.set('a', ['n'], NaN))
    const events = eventsOf(document)
    const { version } = document
    const record = document.get('a')
    document.transact((tx) => {
      tx.set('a', ['n'], NaN)
      tx.set('a', ['o'], { x: 1 })
      tx.append('b', { c: [] })
      tx.columns('b', { c: [[1, 2]] })
      tx.title('Sample')
      tx.roots(['a'])
    })
    document.title = 'Sample'
    expect(events).toEqual([])
    expect(document.version).toBe(version)
    expect(document.get('a')).toBe(record)
  })

  it('tells one event per transaction, and to who asked for one record only what concerns it', () => {
    const document = sample()
    const all = eventsOf(document)
    const ofB = eventsOf(document, { id: 'b' })
    const ofNone = eventsOf(document, { id: 'none' })
    document.transact((tx) => {
      tx.set('a', ['n'], 2)
      tx.set('b', ['x'], 2)
    })
    document.title = 'T'
    expect(all).toEqual([
      {
        ops: [
          { op: 'set', id: 'a', path: ['n'], value: 2 },
          { op: 'set', id: 'b', path: ['x'], value: 2 },
        ],
        origin: 'local',
        version: 2,
      },
      { ops: [{ op: 'title', title: 'T' }], origin: 'local', version: 3 },
    ])
    expect(ofB).toEqual([{ ...all[0], ops: [all[0]!.ops[1]] }])
    document.transact((tx) => tx.remove('a'))
    expect(ofB.at(-1)?.ops).toEqual([{ op: 'remove', id: 'b' }])
    expect(ofNone).toEqual([])
  })

  it('a listener may edit and unsubscribe; every listener hears the events in the order they were made', () => {
    const document = sample()
    const heard: string[] = []
    const stop = document.onChange(() => {
      stop()
      document.title = 'second'
    })
    document.onChange(({ ops }) => heard.push((ops[0] as { title: string }).title))
    document.title = 'first'
    document.title = 'third'
    expect(heard).toEqual(['first', 'second', 'third'])
  })

  it('a listener that throws is reported as uncaught and keeps nobody from hearing', async () => {
    const document = sample()
    const errors: unknown[] = []
    const uncaught = vi.fn((error: unknown) => errors.push(error))
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', uncaught)
    try {
      document.onChange(() => {
        throw new Error('mine')
      })
      const heard = eventsOf(document)
      document.title = 'T'
      expect(heard).toHaveLength(1)
      await expect.poll(() => uncaught).toHaveBeenCalled()
      expect(errors).toEqual([new Error('mine')])
    } finally {
      process.off('uncaughtException', uncaught)
      for (const other of others) process.on('uncaughtException', other)
    }
  })

  it('records that did not change stay the same objects', () => {
    const document = sample()
    const [a, b] = [document.get('a'), document.get('b')]
    document.transact((tx) => tx.set('a', ['n'], 2))
    expect(document.get('a')).not.toBe(a)
    expect(a?.props['n']).toBe(1)
    expect(document.get('b')).toBe(b)
  })

  it('[P1] comes back from JSON text with roots, order, values and bytes', () => {
    const document = sample()
    document.transact((tx) => {
      tx.put({ id: 'bytes', type: 't', scope: 'state', props: { b: new Uint8Array([0x00, 0x01, 0xfe, 0xff]), n: NaN } })
      tx.roots(['bytes', 'a'])
    })
    const back = Document.fromJSON(JSON.parse(JSON.stringify(document)) as object)
    expect(contentOf(back)).toEqual(contentOf(document))
    expect(contentOf(Document.fromJSON(document.toJSON()))).toEqual(contentOf(document))
    expect(() => Document.fromJSON({ title: 'x' })).toThrow(expect.objectContaining({ code: 'bad_op' }))
  })

  it('[Y8] hold and release make one version, and every transaction between has one mutation id', () => {
    const document = sample()
    document.hold()
    document.hold()
    const ids = [1, 2, 3].map((n) => document.transact((tx) => tx.set('a', ['n'], n + 10)))
    document.release()
    expect(document.version).toBe(1)
    document.release()
    expect(document.version).toBe(2)
    expect(new Set(ids).size).toBe(1)
    expect(() => document.release()).toThrow(expect.objectContaining({ code: 'bad_usage' }))
  })

  it('has the types of the public interface', () => {
    expectTypeOf<Document['version']>().toEqualTypeOf<number>()
    expectTypeOf<Document['roots']>().toEqualTypeOf<readonly string[]>()
    expectTypeOf<ReturnType<Document['transact']>>().toEqualTypeOf<string>()
  })
})

describe('coalescing', () => {
  const set = (path: (string | number)[], value: number, id = 'r'): Op => ({ op: 'set', id, path, value })

  it('[Y8] keeps the last value per path and drops what lies below a path that is set', () => {
    expect(coalesce([set(['a'], 1), set(['b', 0, 'x'], 1), set(['a'], 2), set(['b'], 3), set(['a'], 4, 's')])).toEqual([
      set(['a'], 2),
      set(['b'], 3),
      set(['a'], 4, 's'),
    ])
  })

  it('keeps what a later op may need', () => {
    const splice: Op = { op: 'splice', id: 'r', path: ['a'], index: 0, remove: 1, insert: [] }
    const ops = [set(['a', 0], 1), splice, set(['a', 0], 2)]
    expect(coalesce(ops)).toEqual(ops)
    const removal: Op[] = [set(['a'], 1), { op: 'remove', id: 'parent' }, set(['a'], 2)]
    expect(coalesce(removal)).toEqual(removal)
  })
})
