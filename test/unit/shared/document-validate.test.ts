import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromJsonValue, toJsonValue } from '../../../src/shared/document/json.ts'
import { parseOp, parseOps, parseSnapshot } from '../../../src/shared/document/validate.ts'
import type { Value } from '../../../src/shared/value.ts'
import { anyOp } from '../../support/document-arbitraries.ts'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { x: value }
  return value
}
const set = (value: unknown, path: unknown = ['x']) => ({ op: 'set', id: 'r', path, value })
const put = (record: unknown) => ({ op: 'put', record })
const proto = JSON.parse('{"__proto__":{"x":1}}') as object
const holes: unknown[] = []
holes.length = 4e9
const cyclic: unknown[] = []
cyclic.push(cyclic)

describe('ops from outside', () => {
  it('every well-formed op passes as it is', () => {
    fc.assert(
      fc.property(fc.array(anyOp), (ops) => {
        expect(parseOps(ops)).toEqual(ops)
      }),
    )
  })

  it.each<[string, unknown, string]>([
    ['no list', {}, 'bad_op'],
    ['no object', [1], 'bad_op'],
    ['a hole', [[, 1]], 'bad_op'], // oxlint-disable-line no-sparse-arrays
    ['an unknown op', [{ op: 'drop' }], 'bad_op'],
    ['an inherited op', [Object.create({ op: 'title', title: 'x' })], 'bad_op'],
    ['an unknown field', [{ op: 'remove', id: 'r', all: true }], 'bad_op'],
    ['an id that is no text', [{ op: 'remove', id: 1 }], 'bad_op'],
    ['an empty id', [{ op: 'remove', id: '' }], 'bad_op'],
    ['a forbidden id', [{ op: 'remove', id: '__proto__' }], 'bad_op'],
    ['an endless id', [{ op: 'remove', id: 'x'.repeat(1025) }], 'bad_op'],
    ['no path', [{ op: 'unset', id: 'r' }], 'bad_path'],
    ['an empty path', [set(1, [])], 'bad_path'],
    ['a path too long', [set(1, Array(65).fill('x'))], 'bad_path'],
    ['a negative index in a path', [set(1, ['x', -1])], 'bad_path'],
    ['a broken index in a path', [set(1, ['x', 0.5])], 'bad_path'],
    ['NaN in a path', [set(1, ['x', NaN])], 'bad_path'],
    ['an object in a path', [set(1, [{}])], 'bad_path'],
    ...['__proto__', 'constructor', 'prototype'].map((key): [string, unknown, string] => [
      `the key ${key} in a path`,
      [set(1, ['x', key])],
      'bad_path',
    ]),
    ['no value', [{ op: 'set', id: 'r', path: ['x'] }], 'bad_value'],
    ['a function', [set(() => 1)], 'bad_value'],
    ['a bigint', [set(1n)], 'bad_value'],
    ['a symbol', [set(Symbol('x'))], 'bad_value'],
    ['a Date', [set(new Date())], 'bad_value'],
    ['a Map', [set(new Map())], 'bad_value'],
    ['a DataView', [set(new DataView(new ArrayBuffer(1)))], 'bad_value'],
    ['shared memory', [set(new Uint8Array(new SharedArrayBuffer(1)))], 'bad_value'],
    ['a list with 4,000,000,000 holes', [set(holes)], 'bad_value'],
    ['a forbidden key', [set(proto)], 'bad_value'],
    ['a forbidden key far below', [set([{ a: [proto] }])], 'bad_value'],
    ['a value too deep', [set(nested(65))], 'bad_value'],
    ['a tree too deep', [put({ id: 'tree:w1', type: 'tree', props: { nodes: nested(272) } })], 'bad_value'],
    ['a path too long into a tree', [{ op: 'unset', id: 'tree:w1', path: Array(273).fill(0) }], 'bad_path'],
    ['a value too deep after a tree', [{ op: 'unset', id: 'tree:w1', path: [0] }, set(nested(65))], 'bad_value'],
    ['a value in itself', [set(cyclic)], 'bad_value'],
    ['a tree in itself', [{ op: 'set', id: 'tree:w1', path: ['nodes'], value: cyclic }], 'bad_value'],
    ['no record', [put(undefined)], 'bad_op'],
    ['a record without type', [put({ id: 'r', props: {} })], 'bad_op'],
    ['a record without props', [put({ id: 'r', type: 't' })], 'bad_op'],
    ['props that are a list', [put({ id: 'r', type: 't', props: [] })], 'bad_op'],
    ['a forbidden key in props', [put({ id: 'r', type: 't', props: proto })], 'bad_value'],
    ['an unknown scope', [put({ id: 'r', type: 't', props: {}, scope: 'all' })], 'bad_op'],
    ['a child twice', [put({ id: 'r', type: 't', props: {}, children: ['a', 'a'] })], 'bad_op'],
    ['an index of NaN', [{ op: 'splice', id: 'r', path: ['x'], index: NaN, remove: 0, insert: [] }], 'bad_op'],
    ['a count of Infinity', [{ op: 'splice', id: 'r', path: ['x'], index: 0, remove: Infinity, insert: [] }], 'bad_op'],
    [
      'an insert that is no list',
      [{ op: 'splice', id: 'r', path: ['x'], index: 0, remove: 0, insert: 'ab' }],
      'bad_op',
    ],
    ['a move from -1', [{ op: 'move', id: 'r', path: ['x'], from: -1, to: 0 }], 'bad_op'],
    ['a column that is an object', [{ op: 'append', id: 'r', columns: { x: {} } }], 'bad_value'],
    ['a column of a forbidden name', [{ op: 'append', id: 'r', columns: proto }], 'bad_value'],
    ['a rollover of 0', [{ op: 'append', id: 'r', columns: {}, rollover: 0 }], 'bad_op'],
    ['a patch that is no pair', [{ op: 'columns', id: 'r', patches: { x: [[1]] } }], 'bad_op'],
    ['a patch of a forbidden name', [{ op: 'columns', id: 'r', patches: proto }], 'bad_value'],
    ['a title that is no text', [{ op: 'title', title: null }], 'bad_op'],
    ['a root twice', [{ op: 'roots', ids: ['a', 'a'] }], 'bad_op'],
  ])('[V2] %s is refused', (_what, ops, code) => {
    expect(() => parseOps(ops)).toThrow(expect.objectContaining({ name: 'OrielError', code }))
  })

  it('[V2] nothing that can be sent makes the check fail in another way', () => {
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        for (const op of [value, { op: 'put', record: value }, { op: 'set', id: 'r', path: value, value }]) {
          try {
            parseOp(op)
          } catch (error) {
            expect(error).toHaveProperty('name', 'OrielError')
          }
        }
      }),
    )
  })

  it('a copy shares no list and no object with what was given, leaves out undefined and keeps binary as it is', () => {
    const bytes = new Uint8Array(2)
    const value = { list: [{ x: 1 }], gone: undefined, bytes }
    const op = parseOp(set(value), 0, { copy: true }) as unknown as { value: typeof value }
    value.list[0]!.x = 2
    expect(op.value).toStrictEqual({ list: [{ x: 1 }], bytes })
    expect(op.value.bytes).toBe(bytes)
  })

  it('a snapshot is checked the same way', () => {
    const good = { title: '', roots: ['r'], records: [{ id: 'r', type: 't', props: { x: [1] } }] }
    expect(parseSnapshot(good)).toEqual(good)
    for (const bad of [null, {}, { ...good, roots: [1] }, { ...good, records: [{ id: 'r', type: 't' }] }])
      expect(() => parseSnapshot(bad)).toThrow(expect.objectContaining({ name: 'OrielError' }))
  })
})

describe('documents as text', () => {
  it('[P1] JSON keeps binary, NaN, infinities and keys that look like its own marks', () => {
    const value: Value = {
      bytes: new Uint8Array([0, 1, 254, 255]),
      part: new Float32Array([1, 2, 3]).subarray(1),
      big: new BigInt64Array([-1n]),
      buffer: new Uint8Array([7, 8]).buffer,
      numbers: [NaN, Infinity, -Infinity, -0, 0.1],
      marked: { $oriel: 'number', $value: 'x' },
      long: new Uint8Array(20_000).fill(200),
    }
    const back = fromJsonValue(JSON.parse(JSON.stringify(toJsonValue(value))))
    expect(back).toEqual(value)
  })

  it('text that carries unknown marks is refused', () => {
    for (const bad of [
      { $oriel: 'Date', $value: 'x' },
      { $oriel: 'Uint8Array', $value: '%' },
      { $oriel: 'toString', $value: 'AA==' },
      { $oriel: 1 },
    ])
      // prettier-ignore
      expect(() => fromJsonValue(bad)).toThrow(expect.objectContaining({ code: 'bad_value' }))
  })
})
