import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { asDocumented, blocks, commandsIn, docs } from '../support/docs.ts'

vi.setConfig({ testTimeout: 170_000, hookTimeout: 60_000 })

const ROOT = path.resolve(import.meta.dirname, '../..')
const CLI = path.join(ROOT, 'src/main/cli.ts')
const EXAMPLES = path.join(ROOT, 'resources/examples')
const run = promisify(execFile)
let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-docs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = (home: string) => ({ ...process.env, ORIEL_HOME: home, PASSWORD: 'correct horse of ada' })
/** Starts something that goes on, until the test is over. Gives what it has printed so far. */
function start(args: readonly string[], home: string): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, args, { cwd: home, env: env(home), stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  onTestFinished(async () => {
    if (child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  })
  return { child, printed: () => text }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

describe('docs/components.md', () => {
  /** What the pieces of code are about, and what they leave out. */
  const PRELUDE = `
    class Heading extends Component { static templateName = 'heading' }
    const saved = []
    const save = (data) => saved.push(data)
    async function* model(question) { yield* ['Because', ' of it.'] }
    const TEMPLATES = {
      heading: 'Title',
      card: '<h2><%~ it.slots.title %></h2><%~ it.slots.body %>',
      'sign-up': '<form><%= JSON.stringify(it.field_errors) %></form>',
      answer: '<p><%= it.state.text %></p>',
    }
  `
  /** All of them as one program, with what is imported named once. */
  function program(): string {
    const names = new Map<string, Set<string>>()
    const bodies = blocks(docs('components.md'), 'ts').map((code) =>
      code.replaceAll(/^import \{([^}]*)\} from '([^']+)'\n/gm, (_, given: string, module: string) => {
        const known = names.get(module) ?? new Set()
        names.set(module, known)
        for (const name of given.split(',')) known.add(name.trim())
        return ''
      }),
    )
    const more = ['compose', 'FormComponent', 'StreamingComponent']
    names.set('oriel/components', new Set([...(names.get('oriel/components') ?? []), ...more]))
    const own: Record<string, string> = {
      'oriel/components': path.join(ROOT, 'src/sdk/components.ts'),
      zod: import.meta.resolve('zod'),
      ws: import.meta.resolve('ws'),
    }
    const imports = [...names].map(
      ([module, all]) => `import { ${[...all].join(', ')} } from '${own[module] ?? module}'`,
    )
    const code = bodies.join('\n').replace('templates: {', 'templates: { ...TEMPLATES,')
    return [...imports, PRELUDE, code, TAIL].join('\n')
  }
  /** What is not said on the page, but follows from it. */
  const TAIL = `
    console.log('card', card.dispatch().html)
    const form = new SignUp()
    form.dispatch({ event: 'submit', payload: { name: 'A', age: '7' } })
    form.dispatch({ event: 'submit', payload: { name: 'Ada', age: '36' } })
    console.log('saved', JSON.stringify(saved))
    console.log('listening')
  `

  test('every piece of its code runs as one program, which is asked as the page says [Q57]', async () => {
    const ports = { 3000: await freePort(), 3001: await freePort() }
    const own = (text: string) => text.replaceAll('3000', ports[3000]).replaceAll('3001', ports[3001])
    const file = path.join(folder, 'components.ts')
    writeFileSync(file, own(program()))
    const { child, printed } = start([file], folder)
    await expect.poll(() => printed().includes('listening') || child.exitCode !== null, { timeout: 30_000 }).toBe(true)
    const said = printed()
    expect(said).toMatch(/^<b>3<\/b> .* \{ count: 3 \}$/m)
    expect(said).toMatch(/^<p>Because<\/p> false\n<p>Because of it.<\/p> false\n<p>Because of it.<\/p> true$/m)
    expect(said).toMatch(/^card <h2>Title<\/h2><b>0<\/b>/m)
    expect(said).toContain('saved [{"name":"Ada","age":36}]')

    for (const port of Object.values(ports)) {
      const answers = () =>
        fetch(`http://127.0.0.1:${port}/`).then(
          () => true,
          () => false,
        )
      await expect.poll(answers).toBe(true)
    }
    const [shell] = blocks(docs('components.md'), 'sh') as [string]
    const answers = await Promise.all(
      commandsIn(own(shell)).map(async ({ command, says }) => {
        const { stdout } = await run('sh', ['-c', command])
        if (says) expect(stdout).toMatch(asDocumented(says))
        return stdout
      }),
    )
    expect(answers).toHaveLength(3)
    expect(answers[1]).toContain('"state":"{\\"count\\":3}"')
    expect(answers[2]!.match(/^data: /gm)).toHaveLength(3)

    const socket = new WebSocket(`ws://127.0.0.1:${ports[3001]}`)
    const heard: { type: string }[] = []
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as { type: string }))
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'component_event', component: 'counter', event: 'increment', ref: 1 }))
    await expect.poll(() => heard.map(({ type }) => type)).toEqual(['connected', 'component_update'])
    socket.terminate()
  })
})

describe('docs/components-in-windows.md', () => {
  const page = docs('components-in-windows.md')
  const served = page.slice(page.indexOf('### Where it is served'))

  test.each(blocks(served, 'sh').map((block) => [/--auth (\w+)/.exec(block)![1]!, block]))(
    'a visitor with curl asks a component with --auth %s as the page says [Q54, Q57, A2]',
    async (auth, block) => {
      const port = await freePort()
      const home = mkdtempSync(path.join(folder, 'served-'))
      const prelude = `oriel() { "${process.execPath}" "${CLI}" "$@"; }`
      const wait = `server=$!; trap 'kill $server' EXIT; until curl -s -o /dev/null http://127.0.0.1:${port}/; do sleep 0.1; done`
      const script = block
        .replaceAll('4000', port)
        .replace(/^oriel users/m, 'echo "$PASSWORD" | oriel users')
        .replace('oriel serve component', `exec 3>&1; "${process.execPath}" "${CLI}" serve ${EXAMPLES}/component`)
        .replace(/ &$/m, ` >&2 3>&- &\n${wait}`)
      const { stdout } = await run('sh', ['-euc', `${prelude}\n${script}`], {
        cwd: home,
        env: env(path.join(home, 'home')),
      })
      const says = block.split('\n').findLast((line) => line.startsWith('# '))!
      const printed = stdout.trimEnd().split('\n').at(-1)!
      expect(printed).toMatch(asDocumented(says.slice(2)))
      expect(auth).toMatch(/none|users/)
    },
  )
})
