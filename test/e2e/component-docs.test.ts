import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { asDocumented, blocks, commandsIn, docs } from '../support/docs.ts'
import { EXAMPLES, expect, test } from './support/oriel.ts'

const run = promisify(execFile)

test('scripts of docs/components-in-windows.md open, and each component of the examples answers curl as the page says [Q54, Q57]', async ({
  oriel,
}) => {
  const page = docs('components-in-windows.md')
  const scripts = [...blocks(page, 'ts'), ...blocks(page, 'tsx')].map((code, i) => {
    const file = path.join(oriel.home, `page-${i}.oriel.tsx`)
    writeFileSync(file, code)
    return file
  })
  const example = { counter: 'counter', tasks: 'todo', signup: 'signup', answer: 'answer', memory: 'dashboard' }
  const examples = Object.values(example).map((name) => path.join(EXAMPLES, `component-${name}.oriel.ts`))
  const first = oriel.run([scripts[0]!, '--host', 'chromium'])
  await oriel.windows(1)
  // Whoever comes second hands its script over.
  const open = async (script: string) =>
    expect(await oriel.command([script, '--host', 'chromium'])).toMatchObject({ code: 0 })
  for (const script of scripts.slice(1)) await open(script)
  for (const window of await oriel.windows(scripts.length))
    await expect(window.getByRole('button').first()).toBeVisible()
  expect(first.stderr).not.toMatch(/error|warn/i)
  for (const script of examples) await open(script)
  const pages = await oriel.windows(scripts.length + examples.length)
  for (const window of pages) await expect(window.getByRole('button').first()).toBeVisible()

  const sessions = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as {
    sessionId: string
    scriptPath: string
  }[]
  const asked: string[] = []
  for (const { command, says } of blocks(page.slice(page.indexOf('## With curl')), 'sh').flatMap(commandsIn)) {
    const [, name] = /PORT\/components\/(\w+)/.exec(command) ?? []
    if (!name) continue
    const script = `component-${example[name as keyof typeof example]}.oriel.ts`
    const { sessionId } = sessions.find(({ scriptPath }) => path.basename(scriptPath) === script)!
    const { stdout: told } = await oriel.command(['attach', sessionId])
    const [, address, key] = /curl -X POST (http:\S+?)\/components\/NAME .*Bearer ([\w-]+)/.exec(told)!
    const own = command.replace('http://127.0.0.1:PORT', address!).replace('KEY', key!)
    const { stdout } = await run('sh', ['-c', own.replace('curl ', `curl -s -w '\\n%{http_code}' `)])
    if (says) expect(stdout.slice(0, stdout.lastIndexOf('\n'))).toMatch(asDocumented(says))
    expect([command, stdout.slice(-3)]).toEqual([command, /# 422/.test(command) ? '422' : '200'])
    asked.push(name)
  }
  expect(asked).toEqual(Object.keys(example))
})
