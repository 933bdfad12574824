import { expect, it } from 'vitest'
import { FileUploads } from '../../../src/sdk/elements/file-uploads.ts'

const LIMITS = { maxBytes: 10, maxFiles: 2 }
const bytes = (...values: number[]) => new Uint8Array(values)
const part = (upload: string, offset: number, size: number, ...values: number[]) => ({
  upload,
  name: `${upload}.bin`,
  type: 'application/octet-stream',
  size,
  offset,
  bytes: bytes(...values),
})

it('a file is there when all of its parts are, byte for byte; an empty one at once [I36]', () => {
  const uploads = new FileUploads()
  uploads.add(part('a', 0, 5, 1, 2, 3), LIMITS)
  expect(uploads.keep(['a'])).toEqual([])
  uploads.add(part('a', 3, 5, 4, 5), LIMITS)
  uploads.add(part('e', 0, 0), LIMITS)
  const kept = uploads.keep(['e', 'a'])
  expect(kept.map(({ name, size }) => [name, size])).toEqual([
    ['e.bin', 0],
    ['a.bin', 5],
  ])
  expect(kept[1]!.bytes).toEqual(bytes(1, 2, 3, 4, 5))
  expect(uploads.idOf(kept[1]!)).toBe('a')
})

it('parts that do not follow each other, or are more than was announced, are refused [I36]', () => {
  const uploads = new FileUploads()
  expect(() => uploads.add(part('a', 1, 5, 1), LIMITS)).toThrow(/missing/)
  uploads.add(part('a', 0, 5, 1), LIMITS)
  expect(() => uploads.add(part('a', 0, 5, 1), LIMITS)).toThrow(/missing or came twice/)
  expect(() => uploads.add(part('a', 1, 5, 1, 2, 3, 4, 5), LIMITS)).toThrow(/missing/)
  expect(() => uploads.add(part('a', 1, 5), LIMITS)).toThrow(/missing/)
})

it('a file that is too large is refused with both sizes, and no more files come than may [I36]', () => {
  const uploads = new FileUploads()
  expect(() => uploads.add(part('a', 0, 11, 1), LIMITS)).toThrow(/a\.bin has 11 bytes; the limit is 10/)
  for (const id of ['a', 'b', 'c', 'd']) uploads.add(part(id, 0, 2, 1), LIMITS)
  expect(() => uploads.add(part('e', 0, 2, 1), LIMITS)).toThrow(/too many/)
})

it('what was stopped or taken out is forgotten, whole or not [I36]', () => {
  const uploads = new FileUploads()
  uploads.add(part('a', 0, 2, 1, 2), LIMITS)
  uploads.add(part('b', 0, 2, 1), LIMITS)
  expect(uploads.keep([])).toEqual([])
  expect(uploads.keep(['a', 'b'])).toEqual([])
  uploads.add(part('b', 0, 1, 7), LIMITS)
  expect(uploads.keep(['b'])[0]!.bytes).toEqual(bytes(7))
})
