import { describe, expect, it } from 'vitest'
import { formatAgo, formatBytes } from '../../../../src/renderer/ui/format.ts'
import { fileName, folder } from '../../../../src/renderer/ui/path.ts'

const MINUTE = 60_000

describe('times and sizes', () => {
  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [MINUTE, '1 minute ago'],
    [120 * MINUTE, '2 hours ago'],
    [25 * 60 * MINUTE, 'yesterday'],
    [-5000, 'just now'],
  ])('%i ms ago is "%s"', (passed, text) => expect(formatAgo(1e12 - passed, 1e12)).toBe(text))

  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [4213, '4.2 KB'],
    [12_600_000, '13 MB'],
  ])('%i bytes are "%s"', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('paths', () => {
  it.each([
    ['/home/ada/a.ts', 'a.ts', '/home/ada'],
    ['C:\\Users\\Ada\\a.ts', 'a.ts', 'C:\\Users\\Ada'],
    ['/a.ts', 'a.ts', '/'],
    ['a.ts', 'a.ts', ''],
  ])('%s is %s in %s', (path, name, parent) => {
    expect(fileName(path)).toBe(name)
    expect(folder(path)).toBe(parent)
  })
})
