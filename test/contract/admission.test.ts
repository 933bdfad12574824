import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ClientSession } from '../../src/client/client-session.ts'
import { Document } from '../../src/client/document.ts'
import type { RoomClient } from '../../src/client/room-client.ts'
import { session } from '../../src/sdk/context.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { AttachHarness } from '../support/attach-harness.ts'
import { contentOf } from '../support/content-of.ts'

const Task = z.object({ title: z.string().min(1), done: z.boolean().default(false), tags: z.array(z.string()) })
const task = (title: unknown) => ({ id: 't', type: 'task', props: { title, done: false, tags: [] } as never })

let harness: AttachHarness
let program: ClientSession
let document: Document
let run: RunningSession
let script: RoomClient
let problems: unknown[]

/** A run of a script in the harness's room, whose body is `body`. */
async function start(body: () => void): Promise<RunningSession> {
  const { session: link } = await harness.rooms.join('script')
  script = link
  const running = new RunningSession({
    link,
    workerId: 'w',
    scriptPath: '/s.ts',
    onProblem: (error) => problems.push(error),
    bodyRuns: true,
  })
  link.onReject(({ error }) => error && running.report(error))
  running.enter(body)
  running.bodyDone()
  await link.flush()
  return running
}

beforeEach(async () => {
  problems = []
  harness = await new AttachHarness().start()
})
afterEach(async () => {
  await run.close()
  await harness.end()
})

async function attach(): Promise<void> {
  program = await harness.attached()
  document = await program.pull()
}

describe('records of a type that the script has defined', () => {
  it('[Y6] an edit that makes one unfit is refused with its path, taken back, and seen by nobody', async () => {
    run = await start(() => session.defineRecord('task', Task))
    const window = await harness.rooms.join('window', 'w1')
    await attach()
    const seen: unknown[] = []
    window.session.document.onChange(({ ops }) => seen.push(ops))

    document.transact((tx) => tx.put(task('Write')))
    await program.flush()
    document.transact((tx) => tx.set('t', ['title'], 7))
    await expect(program.flush()).rejects.toMatchObject({
      code: 'invalid_record',
      message: expect.stringMatching(/"t" .*"task": title: /) as string,
    })
    document.transact((tx) => {
      tx.set('t', ['done'], true)
      tx.splice('t', ['tags'], 0, 0, [3])
    })
    await expect(program.flush()).rejects.toMatchObject({
      code: 'invalid_record',
      message: expect.stringMatching(/tags\[0\]/) as string,
    })
    expect(document.get('t')!.props).toEqual({ title: 'Write', done: false, tags: [] })
    await program.forceRoundtrip()
    expect(seen).toHaveLength(1)
    // of another type, and in a shape that the schema allows
    document.transact((tx) => tx.put({ id: 'free', type: 'note', props: { title: 7 } }))
    document.transact((tx) => tx.put({ id: 'u', type: 'task', props: { title: 'No default', tags: ['a'] } }))
    await program.flush()
    expect(contentOf(script.document)).toEqual(contentOf(document))
  })

  it('[Y6] the script itself is held to it too, and told', async () => {
    run = await start(() => session.defineRecord('task', Task))
    run.enter(() => session.document.transact((tx) => tx.put(task(''))))
    expect(script.document.get('t')).toBeDefined()
    await expect(script.flush()).rejects.toMatchObject({ code: 'invalid_record' })
    expect(script.document.get('t')).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'invalid_record' }])
    await attach()
  })

  it('[Y6] holds between runs; what the next run no longer says is over once its body is done', async () => {
    run = await start(() => session.defineRecord('task', Task))
    harness.rooms.room.removePeer(harness.rooms.room.peers('script')[0]!, new OrielError('script_stopped', 'stopped'))
    await attach()
    document.transact((tx) => tx.put(task(7)))
    await expect(program.flush()).rejects.toMatchObject({ code: 'invalid_record' })
    run = await start(() => {})
    document.transact((tx) => tx.put(task(7)))
    await program.flush()
    expect(script.document.get('t')).toBeDefined()
  })

  it('[Y6] [D8] what a program may not write is also what says what it may write', async () => {
    run = await start(() => session.defineRecord('task', Task))
    await attach()
    for (const edit of [
      () => document.transact((tx) => tx.remove('schema:task')),
      () =>
        document.transact((tx) => tx.put({ id: 'schema:x', type: 'schema', props: { recordType: 'x', schema: {} } })),
      () => document.transact((tx) => tx.put({ id: 'widget:x', type: 'widget', scope: 'data', props: {} })),
      () => document.transact((tx) => tx.put({ id: 'guard', type: 'guard', scope: 'state', props: {} })),
    ]) {
      edit()
      await expect(program.flush()).rejects.toMatchObject({ code: 'not_allowed' })
    }
  })

  it('[Y6] a schema that is none, or of a type of our own, is refused where it is given', async () => {
    run = await start(() => {
      expect(() => session.defineRecord('task', {} as never)).toThrow(/zod/)
      expect(() => session.defineRecord('widget', Task)).toThrow(/own/)
      expect(() => session.defineRecord('', Task)).toThrow(/characters/)
    })
    expect(() => session.document).toThrow(/session/)
    await attach()
  })
})

describe('a script that looks at what programs change', () => {
  it('[Y6] vetoes an edit with its reason: the program is rolled back and nobody sees it', async () => {
    const asked: unknown[] = []
    run = await start(() => {
      session.onEdit(({ ops }) => {
        asked.push(session.get('sessionId'), ops[0]!.op)
        if (ops.some((op) => op.op === 'remove')) throw new Error('Nothing is removed here.')
      })
    })
    await attach()
    const version = document.version
    document.transact((tx) => tx.put(task('kept')))
    await program.flush()
    document.transact((tx) => tx.remove('t'))
    await expect(program.flush()).rejects.toMatchObject({ code: 'vetoed', message: 'Nothing is removed here.' })
    expect(document.get('t')).toBeDefined()
    expect(harness.rooms.room.journal.version).toBe(version + 1)
    expect(asked).toEqual(['session-1', 'put', 'session-1', 'remove'])
  })

  it('[Y6] [Z1] edits stay in order while it thinks, also those it is not done with', async () => {
    const open = Promise.withResolvers<void>()
    run = await start(() => session.onEdit(() => open.promise))
    await attach()
    for (let n = 0; n < 20; n++)
      document.transact((tx) => (n === 0 ? tx.put(task('0')) : tx.set('t', ['title'], `${n}`)))
    const flushed = program.flush()
    script.document.transact((tx) => tx.put({ id: 'own', type: 'note', props: {} }))
    await script.flush()
    expect(script.document.get('t')).toBeUndefined()
    open.resolve()
    await flushed
    await program.settled()
    expect(script.document.get('t')!.props['title']).toBe('19')
    expect(contentOf(script.document)).toEqual(contentOf(document))
  })

  it('[Y6] is not asked any more once it has taken its handler back, and while it does not run nothing is taken', async () => {
    let stop = () => {}
    run = await start(() => {
      stop = session.onEdit(() => {
        throw new Error('no')
      })
    })
    await attach()
    harness.rooms.room.removePeer(harness.rooms.room.peers('script')[0]!, new OrielError('script_stopped', 'stopped'))
    document.transact((tx) => tx.put(task('a')))
    await expect(program.flush()).rejects.toMatchObject({ code: 'script_stopped' })
    run = await start(() => {
      stop = session.onEdit(() => {
        throw new Error('no')
      })
    })
    document.transact((tx) => tx.put(task('a')))
    await expect(program.flush()).rejects.toMatchObject({ code: 'vetoed', message: 'no' })
    stop()
    await script.flush()
    document.transact((tx) => tx.put(task('a')))
    await program.flush()
    expect(script.document.get('t')).toBeDefined()
  })
})
