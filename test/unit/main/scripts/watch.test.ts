import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchFiles } from '../../../../src/main/scripts/index.ts'
import type { FileWatch } from '../../../../src/main/scripts/index.ts'
import { Workspace } from './support/workspace.ts'

let space: Workspace
let watch: FileWatch | null = null
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  watch?.close()
  watch = null
  await space[Symbol.asyncDispose]()
})

/** Watches files of the workspace; `next` waits for the next report. */
function follow(...names: string[]): { reports: string[][]; next: () => Promise<string[]> } {
  const reports: string[][] = []
  let taken = 0
  watch = watchFiles(names.map((name) => space.path(name)))
  watch.onChange((files) => reports.push(files.map((file) => file.slice(space.root.length + 1)).toSorted()))
  return {
    reports,
    async next() {
      await expect.poll(() => reports.length).toBeGreaterThan(taken)
      return reports[taken++]!
    },
  }
}

test('a change is reported once, however many steps it was made in', async () => {
  space.write('main.ts', '1')
  space.write('lib/a.ts', '1')
  const { reports, next } = follow('main.ts', 'lib/a.ts')
  space.write('main.ts', '')
  space.write('main.ts', '22')
  space.write('lib/a.ts', '22')
  expect(await next()).toEqual(['lib/a.ts', 'main.ts'])
  space.write('main.ts', '333')
  expect(await next()).toEqual(['main.ts'])
  expect(reports).toHaveLength(2)
})

test('an editor that saves by putting a new file in the place of the old is noticed, again and again', async () => {
  space.write('main.ts', '1')
  const { next } = follow('main.ts')
  for (const text of ['two', 'three', 'four']) {
    space.write('main.ts.tmp', text)
    renameSync(space.path('main.ts.tmp'), space.path('main.ts'))
    expect(await next()).toEqual(['main.ts'])
  }
})

test('files that are none of the inputs, and reading, report nothing', async () => {
  space.write('main.ts', '1')
  const { reports, next } = follow('main.ts')
  space.write('other.ts', '1')
  utimesSync(space.path('other.ts'), 1, 1)
  space.write('main.ts', '22')
  expect(await next()).toEqual(['main.ts'])
  expect(reports).toEqual([['main.ts']])
})

test('a file that vanishes and one that appears are reported', async () => {
  space.write('main.ts', '1')
  const { next } = follow('main.ts', 'later.ts')
  rmSync(space.path('main.ts'))
  expect(await next()).toEqual(['main.ts'])
  space.write('main.ts', '1')
  space.write('later.ts', '1')
  expect(await next()).toEqual(['later.ts', 'main.ts'])
})

test('after update the new files are watched, and the old ones no more', async () => {
  space.write('a/a.ts', '1')
  space.write('b/b.ts', '1')
  const { reports, next } = follow('a/a.ts')
  watch!.update([space.path('b/b.ts')])
  space.write('a/a.ts', '22')
  space.write('b/b.ts', '22')
  expect(await next()).toEqual(['b/b.ts'])
  expect(reports).toHaveLength(1)
})

test('a folder that is removed and made again is watched again', async () => {
  space.write('lib/a.ts', '1')
  const { next } = follow('lib/a.ts')
  rmSync(space.path('lib'), { recursive: true })
  expect(await next()).toEqual(['lib/a.ts'])
  mkdirSync(space.path('lib'))
  writeFileSync(space.path('lib/a.ts'), '22')
  expect(await next()).toEqual(['lib/a.ts'])
  writeFileSync(space.path('lib/a.ts'), '333')
  expect(await next()).toEqual(['lib/a.ts'])
})

test('after close nothing is reported', async () => {
  space.write('main.ts', '1')
  const { reports } = follow('main.ts')
  space.write('main.ts', '22')
  watch!.close()
  const other = watchFiles([space.path('main.ts')])
  const changed = new Promise((resolve) => other.onChange(resolve))
  space.write('main.ts', '333')
  await changed
  other.close()
  expect(reports).toEqual([])
})
