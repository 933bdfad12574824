import { chmodSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

test('a script that is not there is refused in one line that names the path', async () => {
  await expect(space.bundle('nothing.ts')).rejects.toMatchObject({
    code: 'script_missing',
    message: `There is no file ${space.path('nothing.ts')}.`,
  })
  space.write('file.ts', '')
  await expect(space.bundle('file.ts/below.ts')).rejects.toMatchObject({ code: 'script_missing' })
})

test('a folder is refused, whatever its name', async () => {
  space.write('folder.ts/inside.ts', '')
  await expect(space.bundle('folder.ts')).rejects.toMatchObject({
    code: 'script_type',
    message: `${space.path('folder.ts')} is a folder, not a script.`,
  })
})

test('a file of another type is refused with the types there are', async () => {
  for (const name of ['data.csv', 'script', 'script.py', 'module.cjs']) {
    space.write(name, '')
    await expect(space.bundle(name)).rejects.toMatchObject({ code: 'script_type' })
  }
})

test.each(['a.ts', 'a.tsx', 'a.mts', 'a.js', 'a.jsx', 'a.mjs', 'a.oriel', 'a.oriel.ts', 'a.oriel.tsx', 'A.TS'])(
  '%s is a script',
  async (name) => {
    space.write(name, 'export {}')
    await expect(space.bundle(name)).resolves.toMatchObject({ scriptPath: space.path(name) })
  },
)

test('a file that is not UTF-8 is refused', async () => {
  space.write('latin.ts', Buffer.from('console.log("gr\xfcn")', 'latin1'))
  await expect(space.bundle('latin.ts')).rejects.toMatchObject({
    code: 'script_unreadable',
    message: `${space.path('latin.ts')} is not UTF-8 text. Save it as UTF-8.`,
  })
})

test('a UTF-8 byte order mark is no hindrance', async () => {
  expect(await space.output('bom.ts', '\ufeffconsole.log("fine")')).toEqual(['fine'])
})

test.skipIf(process.getuid?.() === 0)('a file without read permission is refused', async () => {
  chmodSync(space.write('secret.ts', ''), 0)
  await expect(space.bundle('secret.ts')).rejects.toMatchObject({ code: 'script_unreadable' })
})

test('a line break in a name does not break the message into two lines', async () => {
  const error = await space.bundle('two\nlines.ts').catch((thrown: unknown) => thrown as Error)
  expect(error).toMatchObject({ code: 'script_missing' })
  expect((error as Error).message).not.toContain('\n')
})
