import { afterEach, beforeEach, expect, test } from 'vitest'
import { Workspace } from './support/workspace.ts'

let space: Workspace
beforeEach(() => {
  space = new Workspace()
})
afterEach(async () => {
  await space[Symbol.asyncDispose]()
})

test('a script with nothing left to do ends by itself', async () => {
  const script = await space.start('hello.ts', `console.log('hello' as string)`)
  let loaded = false
  script.run.onLoaded(() => (loaded = true))
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(loaded).toBe(true)
  expect(script.lines).toEqual(['hello'])
})

test('output is passed on line by line, each with its stream, the last without a line break too', async () => {
  const script = await space.start(
    'lines.ts',
    `
    process.stdout.write('a\\nb')
    console.error('wrong')
    process.stdout.write('c\\r\\nd')
  `,
  )
  const seen: string[] = []
  script.run.onOutput((stream, text) => seen.push(`${stream}:${text}`))
  await script.exit
  expect(seen.toSorted()).toEqual(['stderr:wrong', 'stdout:a', 'stdout:bc', 'stdout:d'])
})

test('an open widget keeps the script running; its window closed, the script ends', async () => {
  const script = await space.start(
    'widget.ts',
    `
    import { show } from 'oriel'
    const widget = await show('<p>hi</p>')
    console.log('shown')
    await widget.closed
    console.log('closed')
  `,
  )
  await script.printed('shown')
  expect(script.messages).toEqual([{ method: 'window.open', params: { widgetId: 'w1' } }])
  await script.run.ping(5000)
  script.run.carrier.send({ widgetId: 'w1', type: 'oriel:window-closed' })
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['shown', 'closed'])
})

test('a throw at the top level ends the run with the problem', async () => {
  const script = await space.start('bad.ts', `setInterval(() => {}, 1000)\nthrow new Error('no good')`)
  let loaded = false
  script.run.onLoaded(() => (loaded = true))
  expect(await script.exit).toMatchObject({
    kind: 'failed',
    problem: { code: 'script_failed', message: 'no good', place: { line: 2, column: 7 } },
  })
  expect(loaded).toBe(false)
  expect(script.problems).toEqual([])
})

test('throws in timers and rejections nobody handles are told and the run goes on', async () => {
  const script = await space.start(
    'later.ts',
    `
    setTimeout(() => { throw new TypeError('in a timer') }, 1)
    setTimeout(() => { void Promise.reject(new Error('unhandled')) }, 20)
    setTimeout(() => console.log('still here'), 60)
  `,
  )
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['still here'])
  expect(script.problems).toMatchObject([
    { message: 'TypeError: in a timer', place: { line: 2 } },
    { message: 'unhandled', place: { line: 3 } },
  ])
})

test('a handler that throws answers its asker, is told as a problem, and the run goes on', async () => {
  const script = await space.start(
    'handler.ts',
    `
    import { show } from 'oriel'
    const widget = await show('<p>', { on: { boom() { throw new Error('handler') }, ok: () => 'fine' } })
    console.log('ready')
  `,
  )
  await script.printed('ready')
  script.run.carrier.send({ widgetId: 'w1', type: 'boom' })
  expect(await script.problem()).toMatchObject({ message: 'handler', place: { line: 3 } })
  script.run.carrier.send({ widgetId: 'w1', type: 'ok' })
  await expect.poll(() => script.messages).toContainEqual({ answered: 'fine' })
  expect(script.messages).toContainEqual({ refused: 'The handler of "boom" failed: handler' })
})

test('a top-level await that can never end is told, not waited for', async () => {
  const script = await space.start('never.ts', 'await new Promise(() => {})')
  expect(await script.exit).toMatchObject({ kind: 'failed', problem: { code: 'script_failed' } })
})

test('a script that cannot reach its room fails with the reason', async () => {
  const script = await space.start('main.ts', 'console.log(1)', { ticket: 'wrong' })
  expect(await script.exit).toMatchObject({ kind: 'failed', problem: { message: 'wrong ticket' } })
})

test('process.exit ends the run alone: 0 is an end, anything else a failure', async () => {
  const fine = await space.start('exit.ts', `console.log('before'); setInterval(() => {}, 1000); process.exit(0)`)
  expect(await fine.exit).toEqual({ kind: 'ended' })
  expect(fine.lines).toEqual(['before'])
  const bad = await space.start('exit3.ts', 'setTimeout(() => process.exit(3), 1)')
  expect(await bad.exit).toMatchObject({
    kind: 'failed',
    problem: { message: 'The script ended itself with exit code 3.' },
  })
})

test('arguments are in process.argv after the path of the script, and in the session', async () => {
  const lines = await space.output(
    'args.ts',
    `import { session } from 'oriel'
     console.log(JSON.stringify(process.argv.slice(1)), JSON.stringify(session.get('arguments')))`,
    { arguments: { city: 'Oslo', empty: '' } },
  )
  expect(lines).toEqual([`["${space.path('args.ts')}","--city=Oslo","--empty="] {"city":"Oslo","empty":""}`])
})

test('an endless loop does not answer pings, others do, and it can be ended', async () => {
  const stuck = await space.start(
    'stuck.ts',
    `
    import { show } from 'oriel'
    const widget = await show('<p>')
    widget.on('spin', () => { void widget.focus(); for (;;); })
    console.log('up')
  `,
  )
  const other = await space.start('other.ts', `setInterval(() => {}, 1000); console.log('up')`)
  await Promise.all([stuck.printed('up'), other.printed('up')])
  await expect(stuck.run.ping(5000)).resolves.toBeTypeOf('number')
  stuck.run.carrier.send({ widgetId: 'w1', type: 'spin' })
  await expect.poll(() => stuck.messages).toContainEqual({ method: 'window.focus', params: { widgetId: 'w1' } })
  await expect(stuck.run.ping(100)).rejects.toMatchObject({ code: 'timeout' })
  expect(await other.run.ping(5000)).toBeLessThan(5000)
  await stuck.run.terminate()
  expect(await stuck.exit).toEqual({ kind: 'terminated' })
  await stuck.run.terminate()
  await expect(stuck.run.ping(100)).rejects.toMatchObject({ code: 'closed' })
  await expect(other.run.ping(5000)).resolves.toBeTypeOf('number')
})

test('an endless loop at the top level is ended too', async () => {
  const stuck = await space.start('stuck.ts', `for (;;);`)
  await expect(stuck.run.ping(300)).rejects.toMatchObject({ code: 'timeout' })
  await stuck.run.close(50)
  expect(await stuck.exit).toEqual({ kind: 'terminated' })
})

test('closing runs the close hooks, the last one first, and waits for them', async () => {
  const script = await space.start(
    'hooks.ts',
    `
    import { session } from 'oriel'
    import { setTimeout as wait } from 'node:timers/promises'
    session.onClose(() => console.log('first', session.get('clientId')))
    session.onClose(async () => { await wait(20); console.log('second') })
    session.onClose(() => { throw new Error('in a hook') })
    setInterval(() => {}, 1000)
    console.log('up')
  `,
  )
  await script.printed('up')
  await Promise.all([script.run.close(5000), script.run.close(5000)])
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['up', 'second', 'first client-1'])
  expect(script.problems).toMatchObject([{ message: 'in a hook', place: { line: 6 } }])
})

test('close hooks run when a script ends by itself as well', async () => {
  const lines = await space.output(
    'hooks.ts',
    `import { session } from 'oriel'; session.onClose(() => console.log('bye'))`,
  )
  expect(lines).toEqual(['bye'])
})

test('a hook that takes too long is cut off after the grace', async () => {
  const script = await space.start(
    'slow.ts',
    `import { session } from 'oriel'
     session.onClose(() => new Promise(() => {})); setInterval(() => {}, 1000); console.log('up')`,
  )
  await script.printed('up')
  await script.run.close(50)
  expect(await script.exit).toEqual({ kind: 'terminated' })
})

test.each([
  ['many small objects', 'const kept: object[] = []; for (;;) kept.push({ a: [1, 2, 3] })'],
  ['large arrays', 'const kept: number[][] = []; for (;;) kept.push(new Array(1_000_000).fill(0.5))'],
  ['one array larger than the limit', 'const kept = new Array(2 ** 24).fill(0.1); setInterval(() => kept.length, 10)'],
  [
    'a growing map',
    'const kept = new Map(); for (let i = 0; i < 14_000_000; i++) kept.set(i, i); for (;;) kept.set(0, 0)',
  ],
])('too much memory, by %s, ends the script alone and says how to allow more', async (_name, code) => {
  const script = await space.start('hungry.ts', code, { memoryLimitMiB: 64 })
  const exit = await script.exit
  expect(exit).toMatchObject({ kind: 'failed', problem: { code: 'script_memory' } })
  expect(JSON.stringify(exit)).toContain('more than 64 MiB')
  expect(JSON.stringify(exit)).toContain('ORIEL_MEMORY_LIMIT_MIB')
})

test('timers, immediates and the ports of threads that the script starts stay in its session', async () => {
  const lines = await space.output(
    'async.ts',
    `
    import { session } from 'oriel'
    import { Worker } from 'node:worker_threads'
    import { EventEmitter, once } from 'node:events'
    const who = (what: string) => console.log(what, session.get('clientId'))
    process.nextTick(() => who('tick'))
    await new Promise<void>((resolve) => setTimeout(() => { who('timeout'); resolve() }, 1))
    await new Promise<void>((resolve) => setImmediate(() => { who('immediate'); resolve() }))
    const worker = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true })
    worker.on('message', () => who('thread'))
    await once(worker, 'exit')
  `,
  )
  expect(lines).toEqual(['tick client-1', 'timeout client-1', 'immediate client-1', 'thread client-1'])
})

test('[F16] the default export is called once, after the body and in the same session', async () => {
  const script = await space.start(
    'entry.ts',
    `import { session } from 'oriel'
     console.log('body', session.get('clientId'))
     export default async function () {
       await null
       console.log('entry', session.get('clientId'), session.get('userId'), session.get('roles').length)
     }`,
  )
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['body client-1', 'entry client-1 null 0'])
})

test('[F16] a default export that throws fails the run, with its place', async () => {
  const script = await space.start('entry.ts', `export default () => {\n  throw new Error('no good')\n}`)
  expect(await script.exit).toMatchObject({ kind: 'failed', problem: { message: 'no good', place: { line: 2 } } })
})

test('a default export that is no function is left alone', async () => {
  const script = await space.start('entry.ts', `console.log('up')\nexport default { title: 1 }`)
  expect(await script.exit).toEqual({ kind: 'ended' })
  expect(script.lines).toEqual(['up'])
})
