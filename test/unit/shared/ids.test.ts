import { expect, test } from 'vitest'
import { randomId } from '../../../src/shared/ids.ts'

test('ids are as long as asked, of URL-safe characters, never begin like an option, and differ', () => {
  const ids = Array.from({ length: 2000 }, () => randomId(8))
  for (const id of ids) expect(id).toMatch(/^[A-Za-z\d][\w-]{7}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(randomId()).toHaveLength(22)
})
