import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newScript } from '../../../../src/main/commands/new.ts'
import { openScript } from '../../../../src/sdk/testing.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc')
const layout = { root: ROOT, templates: path.join(ROOT, 'resources/templates') }
let cwd: string

beforeEach(() => void (cwd = mkdtempSync(path.join(tmpdir(), 'oriel-new-'))))
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const create = (name: string, template = 'blank') => newScript({ name, template, cwd, layout })

const templates = readdirSync(layout.templates).map((file) => file.replace(/\.oriel\.tsx?$/, ''))

it.each(templates)('the template %s shows a window without a problem [F17]', async (template) => {
  const [file] = await create(template, template)
  await using app = await openScript(file!)
  await app.getByText(/Hello, world|5,030,000/).waitFor()
  expect(app.problems).toEqual([])
})

it('each template compiles where it was written, and what a script gets wrong does not [F17]', async () => {
  for (const template of templates) await create(template, template)
  writeFileSync(
    path.join(cwd, 'wrong.tsx'),
    'import { Button } from \'oriel/ui\'\nexport const wrong = <Button variant="huge">x</Button>\n',
  )
  const { stdout, status } = spawnSync(process.execPath, [TSC, '--pretty', 'false'], { cwd, encoding: 'utf8' })
  expect(stdout.match(/^\S+: error/gm)).toEqual([expect.stringMatching(/^wrong\.tsx\(2,/)])
  expect(stdout).toMatch(/"huge"/)
  expect(status).not.toBe(0)
})

it('settings that are there, in the folder or around it, stay as they are [F17]', async () => {
  writeFileSync(path.join(cwd, 'tsconfig.json'), '{}')
  mkdirSync(path.join(cwd, 'below'))
  expect(await create('below/a')).toEqual([path.join(cwd, 'below/a.oriel.tsx')])
  expect(existsSync(path.join(cwd, 'below/tsconfig.json'))).toBe(false)
})

it('what cannot be written is said, and nothing that is there is touched [F14, F17]', async () => {
  await create('a')
  const refused = (message: string) =>
    expect.objectContaining({ code: 'bad_usage', message: expect.stringContaining(message) as string })
  await expect(create('a')).rejects.toEqual(refused('is there already. Choose another name.'))
  await expect(create('b', 'huge')).rejects.toEqual(refused('Choose one of: blank, page, table.'))
  await expect(create('b.ts')).rejects.toEqual(refused('Name it b.tsx, or choose --template page.'))
  await expect(create('nowhere/b')).rejects.toEqual(refused('could not be written (ENOENT).'))
  expect(readdirSync(cwd).toSorted()).toEqual(['a.oriel.tsx', 'tsconfig.json'])
})
