import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { createSharedRunner } from '../../../../src/main/scripts/shared.ts'
import type { SharedRunner } from '../../../../src/main/scripts/shared.ts'
import type { ScriptRun } from '../../../../src/main/scripts/types.ts'
import { RoomHarness } from '../../../support/room-harness.ts'
import { Workspace, runtime } from './support/workspace.ts'

vi.setConfig({ testTimeout: 30_000 })

const workerUrl = new URL('../../../../src/main/scripts/worker.ts', import.meta.url)

let space: Workspace
let runner: SharedRunner
let rooms: RoomHarness[]
beforeEach(() => {
  space = new Workspace(workerUrl)
  runner = createSharedRunner({ runner: space.runner, runtime, workerUrl, log: silentLog })
  rooms = []
})
afterEach(async () => {
  for (const room of rooms) await room.close()
  await runner.close()
  await space[Symbol.asyncDispose]()
})

/** A thread takes its time to start. */
/** A thread needs a second to start where others are busy too: it must not be taken for one that hangs. */
const GIVE_UP_AFTER_MS = 3_000
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

interface Visit {
  harness: RoomHarness
  run: ScriptRun
  lines: string[]
  problems: string[]
  loaded: Promise<void>
}

/** Begins one more session of `main.ts`. */
async function visit(options: { userId?: string; arguments?: Record<string, string> } = {}): Promise<Visit> {
  const number = rooms.length + 1
  const harness = new RoomHarness({
    sessionId: `session-${number}`,
    clientId: `client-${number}`,
    onCall: async () => null,
  })
  rooms.push(harness)
  const peer = harness.room.addPeer('script', null)
  const run = runner.start({
    bundle: await runner.bundle(space.path('main.ts')),
    sessionId: harness.room.sessionId,
    clientId: harness.room.clientId,
    workerId: 'worker-1',
    arguments: options.arguments ?? {},
    isNew: true,
    userId: options.userId ?? null,
    ticket: harness.lobby.issueTicket({ room: harness.room, peer }, 60_000),
    memoryLimitMiB: 256,
  })
  const lines: string[] = []
  const problems: string[] = []
  run.onOutput((_stream, text) => lines.push(text))
  run.onProblem(({ message }) => problems.push(message))
  const loaded = new Promise<void>((resolve, reject) => {
    run.onLoaded(resolve)
    void run.exit.then((exit) => reject(new Error(`it ended: ${JSON.stringify(exit)}`)))
  })
  loaded.catch(() => {})
  harness.lobby.receive(run.carrier)
  return { harness, run, lines, problems, loaded }
}

const COUNTER = `
  import { session, show, SessionState } from 'oriel'
  import { z } from 'zod'
  class Counter extends SessionState.define({ count: z.number().default(0) }) {}
  let bodies = 0
  bodies++
  export default async function () {
    const widget = await show('<b>0</b>')
    widget.on('add', async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
      Counter.get().count++
      return [Counter.get().count, session.get('clientId'), session.get('userId'), bodies]
    })
    console.log(session.get('clientId'), process.cwd())
    session.onClose(() => console.log('bye', session.get('clientId')))
  }
`

test('[F16] a default-exported function is called once for each session, the body once for all of them', async () => {
  space.write('main.ts', COUNTER)
  const [one, two] = [await visit({ userId: 'ada' }), await visit()]
  await Promise.all([one.loaded, two.loaded])
  expect(runner.threads).toBe(1)
  const [a, b] = [await one.harness.join('window', 'w1'), await two.harness.join('window', 'w1')]
  expect(await a.session.request('w1', 'add')).toEqual([1, 'client-1', 'ada', 1])
  expect(await a.session.request('w1', 'add')).toEqual([2, 'client-1', 'ada', 1])
  expect(await b.session.request('w1', 'add')).toEqual([1, 'client-2', null, 1])
  await eventually(() => [...one.lines, ...two.lines]).toEqual([`client-1 ${space.root}`, `client-2 ${space.root}`])
})

test('[F16] [K7] a hundred sessions of one thread share nothing', async () => {
  space.write('main.ts', COUNTER)
  const visits = await Promise.all(Array.from({ length: 100 }, () => visit()))
  await Promise.all(visits.map(({ loaded }) => loaded))
  const answers = await Promise.all(
    visits.map(async ({ harness }, index) => {
      const { session } = await harness.join('window', 'w1')
      const times = 1 + (index % 3)
      let last: unknown
      for (let time = 0; time < times; time++) last = await session.request('w1', 'add')
      return last
    }),
  )
  expect(answers).toEqual(visits.map((_, index) => [1 + (index % 3), `client-${index + 1}`, null, 1]))
  expect(runner.threads).toBe(1)
}, 60_000)

test('[F16] a session whose function throws fails alone, with its place in the source', async () => {
  space.write(
    'main.ts',
    `import { session, show } from 'oriel'
     export default async function () {
       if (session.get('arguments').bad) throw new Error('no good')
       const widget = await show('<p>')
       widget.on('hi', () => 'hello')
     }`,
  )
  const good = await visit()
  const bad = await visit({ arguments: { bad: 'yes' } })
  expect(await bad.run.exit).toMatchObject({
    kind: 'failed',
    problem: { code: 'script_failed', message: 'no good', place: { line: 3 } },
  })
  await good.loaded
  const { session } = await good.harness.join('window', 'w1')
  expect(await session.request('w1', 'hi')).toBe('hello')
})

test('[F16] what goes wrong later is the problem of the session whose code it was', async () => {
  space.write(
    'main.ts',
    `import { session } from 'oriel'
     export default function () {
       const who = session.get('clientId')
       setTimeout(() => { throw new Error('timer of ' + who) }, 1)
       void Promise.reject(new Error('promise of ' + who))
     }`,
  )
  const [one, two] = [await visit(), await visit()]
  await eventually(() => [one.problems.toSorted(), two.problems.toSorted()]).toEqual([
    ['promise of client-1', 'timer of client-1'],
    ['promise of client-2', 'timer of client-2'],
  ])
})

test('[F16] closing one session runs its hooks and clears its timers; the others go on', async () => {
  space.write(
    'main.ts',
    `import { session, show } from 'oriel'
     export default async function () {
       let ticks = 0
       setInterval(() => console.log('tick', ++ticks), 5)
       session.onClose(() => console.log('bye'))
     }`,
  )
  const [one, two] = [await visit(), await visit()]
  await eventually(() => one.lines.length).toBeGreaterThan(1)
  await one.run.close(5000)
  expect(await one.run.exit).toEqual({ kind: 'ended' })
  expect(one.lines.at(-1)).toBe('bye')
  const [ticks, others] = [one.lines.length, two.lines.length]
  await eventually(() => two.lines.length).toBeGreaterThan(others + 3)
  expect(one.lines.length).toBe(ticks)
})

test('[F16] when what runs the sessions ends, each of them fails and says so, and the next begins afresh', async () => {
  space.write(
    'main.ts',
    `import { show } from 'oriel'
     export default async function () {
       const widget = await show('<p>')
       widget.on('exit', () => process.exit(7))
     }`,
  )
  const [one, two] = [await visit(), await visit()]
  await Promise.all([one.loaded, two.loaded])
  const { session } = await one.harness.join('window', 'w1')
  void session.emit('w1', 'exit')
  for (const { run } of [one, two]) {
    expect(await run.exit).toMatchObject({
      kind: 'failed',
      problem: { message: 'What ran this script ended itself with exit code 7, and another session with it.' },
    })
  }
  const three = await visit()
  await three.loaded
  expect(runner.threads).toBe(1)
})

test('[F16] a body that fails fails its sessions, and later ones try it again', async () => {
  space.write(
    'main.ts',
    `import { existsSync } from 'node:fs'
     if (!existsSync('ready')) throw new Error('not ready')
     export default function () { console.log('up') }`,
  )
  const one = await visit()
  expect(await one.run.exit).toMatchObject({ kind: 'failed', problem: { message: 'not ready', place: { line: 2 } } })
  space.write('ready', '')
  const two = await visit()
  await two.loaded
  await eventually(() => two.lines).toEqual(['up'])
})

test('[F16] a default export that is no function is named as what is wrong', async () => {
  space.write('main.ts', 'export default { title: 1 }')
  const one = await visit()
  expect(await one.run.exit).toMatchObject({
    kind: 'failed',
    problem: { message: expect.stringContaining('not a function') },
  })
})

test('[K5] the body that several sessions share is in none of them', async () => {
  space.write(
    'main.ts',
    `import { session } from 'oriel'
     let code = ''
     try { session.get('clientId') } catch (error) { code = error.code }
     export default function () { console.log(code) }`,
  )
  const one = await visit()
  await eventually(() => one.lines).toEqual(['no_session'])
})

test('a script without a default export runs in a thread of its own', async () => {
  space.write(
    'main.ts',
    `import { session } from 'oriel'\nconsole.log(session.get('clientId'))\nsetInterval(() => {}, 1000)`,
  )
  const [one, two] = [await visit(), await visit()]
  await Promise.all([one.loaded, two.loaded])
  expect(runner.threads).toBe(2)
  await eventually(() => [one.lines, two.lines]).toEqual([['client-1'], ['client-2']])
  await Promise.all([one.run.terminate(), two.run.terminate()])
  expect(runner.threads).toBe(0)
})

test('[F16] a thread that does not answer is ended, its sessions say so, and the next begins in another', async () => {
  await runner.close()
  runner = createSharedRunner({
    runner: space.runner,
    runtime,
    workerUrl,
    log: silentLog,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
  })
  space.write(
    'main.ts',
    `import { show } from 'oriel'
     export default async function () {
       const widget = await show('<p>')
       widget.on('loop', () => { for (;;); })
       widget.on('hi', () => 'hello')
     }`,
  )
  const [one, two] = [await visit(), await visit()]
  await Promise.all([one.loaded, two.loaded])
  const { session } = await one.harness.join('window', 'w1')
  void session.emit('w1', 'loop')
  for (const { run } of [one, two]) {
    expect(await run.exit).toMatchObject({
      kind: 'failed',
      problem: { message: expect.stringContaining(`did not answer for ${GIVE_UP_AFTER_MS / 1000} s`) },
    })
  }
  const three = await visit()
  await three.loaded
  const again = await three.harness.join('window', 'w1')
  expect(await again.session.request('w1', 'hi')).toBe('hello')
})
