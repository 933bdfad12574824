import { expect, it } from 'vitest'
import { GAP, outline } from '../../../../../src/renderer/views/elements/lines/outline.ts'

const x = Float64Array.from({ length: 1000 }, (_, i) => i)

it('draws of each stretch the lowest and the highest point, in the order they are in [O17]', () => {
  const y = [5, 9, 1, 4, 3, 3, 7, 2]
  expect(outline(x, y, 0, 7, 4)).toEqual([1, 2, 6, 7])
  expect(outline(x, [3, 1, 9], 0, 2, 4)).toEqual([1, 2])
})

it('keeps every peak of a line, and no more than two points of a stretch [O17]', () => {
  const y = Float64Array.from(x, (value) => Math.sin(value / 3))
  y[333] = 50
  y[334] = -50
  const kept = outline(x, y, 0, 999, 8)
  expect(kept).toEqual(expect.arrayContaining([333, 334]))
  expect(kept.length).toBeLessThanOrEqual(2 * 125)
  expect(kept.toSorted((a, b) => a - b)).toEqual(kept)
})

it('leaves a gap where a value is missing, however long, and none before the first [O17]', () => {
  const y = [null, 1, 2, null, null, 3, 4, null]
  expect(outline(x, y, 0, 7, 4)).toEqual([1, 2, GAP, 5, 6, GAP])
})

it('gives a line that moves on the same shape [O17]', () => {
  const value = (at: number): number => Math.sin(at * 12.9898) * 43758.5453 - Math.floor(at / 7)
  const drawn = (begin: number): number[] => {
    const times = Float64Array.from({ length: 500 }, (_, i) => begin + i)
    return outline(times, times.map(value), 0, 499, 16).map((index) => times[index]!)
  }
  const [before, after] = [drawn(0), drawn(5)]
  const inBoth = (at: number): boolean => at >= 16 && at < 496
  expect(after.filter(inBoth)).toEqual(before.filter(inBoth))
})
