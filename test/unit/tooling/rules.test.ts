import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const files = (pattern: string) => globSync(pattern, { cwd: ROOT })

const rules = [...read('SPEC.md').matchAll(/^- ([A-Z]+\d+) /gm)].map(([, id]) => id!)

/** Every mention of a rule in these files, as `id file`. */
const mentions = (pattern: string, form: RegExp): { id: string; file: string }[] =>
  files(pattern).flatMap((file) =>
    [...read(file).matchAll(form)].flatMap(([, ids]) =>
      ids!.split(/,? and |, /).map((id) => ({ id, file: path.basename(file) })),
    ),
  )
const cited = mentions('test/**/*.test.{ts,tsx}', /\[([A-Z]\d+(?:, [A-Z]\d+)*)\]/g).concat(
  mentions('test/contract/suites/**/*.ts', /\[([A-Z]\d+(?:, [A-Z]\d+)*)\]/g),
)

test('no rule has the number of another', () => {
  expect(new Set(rules).size).toBe(rules.length)
})

test('every rule that a test or a comment names stands in SPEC.md', () => {
  const commented = mentions('src/**/*.{ts,tsx}', /\brules? ([A-Z]\d+(?:(?:, | and )[A-Z]\d+)*)/g)
  expect([...cited, ...commented].filter(({ id }) => !rules.includes(id))).toEqual([])
})

const untested = (sections: RegExp): string[] => {
  const tested = new Set(cited.map(({ id }) => id))
  return rules.filter((id) => sections.test(id) && !tested.has(id))
}

test('every rule about the wire, attaching, documents, drops and lives of sessions has a test', () => {
  expect(untested(/^[VDZYPL]\d/)).toEqual([])
})

test('every rule about the stores, serving, access and several processes has a test', () => {
  expect(untested(/^[WBRSCMUAX]\d/)).toEqual([])
})
