import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { followWorkingDirectory } from '../../../../src/main/scripts/working-directory.ts'
import { startSession } from '../../sdk/support/sessions.ts'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

test('[F8] [K7] a script runs in its own folder: process.cwd, path.resolve and relative paths in every way to read and write', async () => {
  space.write('app/data.txt', 'data')
  const lines = await space.output(
    'app/main.ts',
    `
    import fs, { createReadStream, existsSync, openAsBlob, readFileSync, writeFileSync } from 'node:fs'
    import promises, { readFile, mkdir, readdir, cp, rename, symlink, readlink, mkdtemp, open } from 'fs/promises'
    import path from 'node:path'
    import { text } from 'node:stream/consumers'
    console.log(process.cwd(), path.resolve('x'))
    console.log(readFileSync('data.txt', 'utf8'), fs.readFileSync('./data.txt', 'utf8'), existsSync('data.txt'))
    console.log(await readFile('data.txt', 'utf8'), await promises.readFile('../app/data.txt', 'utf8'))
    console.log(await text(createReadStream('data.txt')), await (await openAsBlob('data.txt')).text())
    console.log(readFileSync(Buffer.from('data.txt'), 'utf8'), readFileSync(new URL('data.txt', import.meta.url), 'utf8'))
    console.log(await new Promise((resolve) => fs.readFile('data.txt', 'utf8', (_error, data) => resolve(data))))
    writeFileSync('out.txt', 'out')
    await cp('out.txt', 'copy.txt')
    await mkdir('sub/deep', { recursive: true })
    await rename('copy.txt', 'sub/renamed.txt')
    await symlink('sub/renamed.txt', 'link')
    console.log(await readlink('link'), await readFile('link', 'utf8'), (await readdir('sub')).join())
    const file = await open('sub/opened.txt', 'w'); await file.write('x'); await file.close()
    console.log(path.relative(import.meta.dirname, await mkdtemp('tmp-')).length, fs.realpathSync.native('sub') === path.resolve('sub'))
    try { readFileSync('gone.txt') } catch (error) { console.log((error as { code: string; path: string }).code) }
    process.chdir('sub')
    console.log(path.basename(process.cwd()), readFileSync('renamed.txt', 'utf8'), existsSync('data.txt'))
    try { process.chdir('nowhere') } catch (error) { console.log((error as { code: string }).code) }
  `,
  )
  expect(lines).toEqual([
    `${space.path('app')} ${space.path('app/x')}`,
    'data data true',
    'data data',
    'data data',
    'data data',
    'data',
    'sub/renamed.txt out deep,renamed.txt',
    '10 true',
    'ENOENT',
    'sub out false',
    'ENOENT',
  ])
})

test('[K7] programs that a script starts begin in its folder, or in the one it names', async () => {
  space.write('app/inner/child.cjs', 'console.log(process.cwd())')
  const lines = await space.output(
    'app/main.ts',
    `
    import { exec, execFileSync, execSync, fork, spawnSync, execFile } from 'node:child_process'
    import { promisify } from 'node:util'
    import { once } from 'node:events'
    const cwd = 'console.log(process.cwd())'
    const node = process.execPath
    const shown: unknown[] = [
      execFileSync(node, ['-e', cwd], { encoding: 'utf8' }),
      execFileSync(node, ['-e', cwd]),
      spawnSync(node, ['-e', cwd]).stdout,
      spawnSync(node, ['-e', cwd], { cwd: 'inner' }).stdout,
      execSync('pwd'),
      execSync('pwd', { cwd: '..' }),
      (await promisify(execFile)(node, ['-e', cwd])).stdout,
      (await promisify(exec)('pwd')).stdout,
      await new Promise((resolve) => exec('pwd', (_error, out) => resolve(out))),
      await new Promise((resolve) => execFile('pwd', (_error, out) => resolve(out))),
    ]
    for (const one of shown) console.log(String(one).trim())
    const child = fork('inner/child.cjs', { silent: true })
    console.log(String((await once(child.stdout!, 'data'))[0]).trim())
  `,
  )
  const app = space.path('app')
  expect(lines).toEqual([app, app, app, `${app}/inner`, app, space.root, app, app, app, app, app])
})

test('[K7] two scripts at once do not share their folder', async () => {
  for (const name of ['a', 'b']) {
    space.write(`${name}/name.txt`, name)
    space.write(
      `${name}/main.ts`,
      `import { readFile } from 'node:fs/promises'
       for (let i = 0; i < 20; i++) console.log(await readFile('name.txt', 'utf8'))`,
    )
  }
  const [a, b] = await Promise.all([space.output('a/main.ts'), space.output('b/main.ts')])
  expect([new Set(a), new Set(b)]).toEqual([new Set(['a']), new Set(['b'])])
})

let undo: () => void
beforeAll(() => {
  undo = followWorkingDirectory()
})
afterAll(() => undo())

test('[K7] sessions that share a process have a folder each; outside of them it is the folder of the process', async () => {
  const { readFile } = await import('node:fs/promises')
  const root = space.root
  const before = process.cwd()
  const sessions = ['a', 'b', 'c'].map((name) => {
    mkdirSync(path.join(root, name))
    writeFileSync(path.join(root, name, 'name.txt'), name)
    return { name, one: startSession(name, { scriptPath: path.join(root, name, 'main.ts') }) }
  })
  await Promise.all(
    sessions.map(({ name, one }) =>
      one.run(async () => {
        for (let i = 0; i < 20; i++) {
          expect(await readFile('name.txt', 'utf8')).toBe(name)
          expect(process.cwd()).toBe(path.join(root, name))
        }
        process.chdir('..')
        expect(process.cwd()).toBe(root)
      }),
    ),
  )
  expect(process.cwd()).toBe(before)
})
