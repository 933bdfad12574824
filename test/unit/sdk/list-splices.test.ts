import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listSplices } from '../../../src/sdk/elements/list-splices.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', { text: 'a' }, null), { maxLength: 12 })

describe('splices of a list', () => {
  it('make one list into the other, and hold at most half of it', () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(6), (before, added, gone) => {
        for (const after of [added, [...before, ...added], [...before.slice(gone), ...added]]) {
          const splices = listSplices(before, after)
          if (!splices) continue
          const list: unknown[] = [...before]
          for (const { index, remove, insert } of splices) list.splice(index, remove, ...insert)
          expect(list).toEqual(after)
          const inserted = splices.reduce((sum, { insert }) => sum + insert.length, 0)
          expect(inserted).toBeLessThanOrEqual(after.length / 2)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('are found for what rolls on, and not for what is new', () => {
    const before = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
    const after = [...before.slice(3), 'x', 'y', 'z']
    expect(listSplices(before, after)).toEqual([
      { index: 0, remove: 3, insert: [] },
      { index: 997, remove: 0, insert: ['x', 'y', 'z'] },
    ])
    expect(listSplices(before, before.toReversed())).toBeNull()
  })
})
