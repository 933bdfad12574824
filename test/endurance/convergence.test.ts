import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { applyOps } from '../../src/shared/document/apply.ts'
import { DocumentState } from '../../src/shared/document/state.ts'
import type { Op } from '../../src/shared/document/types.ts'
import { OrielError } from '../../src/shared/errors.ts'
import { contentOf } from '../support/content-of.ts'
import { delayedLink } from '../support/delayed-link.ts'
import type { DelayedLink } from '../support/delayed-link.ts'
import { anyOp } from '../support/document-arbitraries.ts'
import { makeOp } from '../support/make-op.ts'
import { randomFrom, testSeed } from '../support/random.ts'
import { RoomHarness } from '../support/room-harness.ts'
import type { HarnessClient } from '../support/room-harness.ts'

const RUNS = 60
const STEPS = 250
/** All clients add to this record's list, which nothing else changes: it shows which edits were applied, and in which order. */
const TRACE = 'trace'

/** What the runs met, so that a test that no longer tries anything is noticed. */
const committed = new Set<Op['op']>()
const met = { edits: 0, rejected: 0, cuts: 0, stalls: 0, resumed: 0, snapshots: 0, opened: 0, merged: 0, chunks: 0 }

type Step =
  | { do: 'edit'; ops: Op[] }
  | { do: 'wait'; ms: number }
  | { do: 'cut' | 'stall' | 'event' | 'hold' | 'release' | 'large' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('edit' as const), ops: fc.array(anyOp, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('event' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('stall' as const, 'hold' as const, 'release' as const, 'large' as const),
    }),
  },
)

/** A client of the room with what it made and heard. */
class Editor {
  readonly client: HarnessClient
  readonly #name: string
  /** What somebody shows who only ever applied the ops of the change events. */
  readonly shown = DocumentState.empty()
  /** Marks this client put into the trace, by mutation id. */
  readonly marks: { mutationId: string; mark: string }[] = []
  readonly rejected = new Set<string>()
  events = 0
  #holds = 0

  constructor(client: HarnessClient, name: string) {
    this.client = client
    this.#name = name
    const { document } = client.session
    document.onChange(({ ops }) => applyOps(this.shown, ops))
    client.session.onReject(({ edit, error }) => {
      if (error) this.rejected.add(edit.mutationId)
    })
  }

  /** The link in use, if one was opened. */
  get link(): DelayedLink {
    return this.client.link() as DelayedLink
  }

  /** One transaction of a mark and of those ops that fit what this client shows just now. */
  edit(ops: readonly Op[]): void {
    const { document } = this.client.session
    const mark = `${this.#name}${this.marks.length}`
    const mutationId = document.transact((tx) => {
      tx.splice(TRACE, ['marks'], 0, 0, [mark])
      for (const op of ops) {
        try {
          document.transact((inner) => makeOp(inner, op))
        } catch (error) {
          if (!(error instanceof OrielError)) throw error
        }
      }
    })
    this.marks.push({ mutationId, mark })
  }

  /** A value of over 1 MiB, which goes ahead of its edit. */
  large(): void {
    const data = new Float64Array(140_000).fill(this.marks.length)
    this.client.session.document.transact((tx) => tx.put({ id: 'large', type: 'bytes', props: { data } }))
  }

  /** An event to the script, numbered. */
  event(): void {
    this.client.session.emit(this.#name, 'n', this.events++).catch(() => {})
  }

  hold(): void {
    this.#holds++
    this.client.session.document.hold()
  }

  release(): void {
    if (this.#holds === 0) return
    this.#holds--
    this.client.session.document.release()
  }

  releaseAll(): void {
    while (this.#holds > 0) this.release()
  }

  /** Marks that must be in the trace: all but those of edits that the room refused. Newest first, as the list has them. */
  get expected(): string[] {
    return this.marks
      .filter(({ mutationId }) => !this.rejected.has(mutationId))
      .map(({ mark }) => mark)
      .toReversed()
  }

  /** Only this client's. */
  own(marks: readonly string[]): string[] {
    return marks.filter((mark) => mark.startsWith(this.#name))
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function run(
  seed: number,
  replayCommits: number,
  ahead: { commits: number; bytes: number },
  steps: readonly (readonly [number, Step])[],
): Promise<void> {
  const random = randomFrom(seed)
  const harness = new RoomHarness({
    replayCommits,
    ahead,
    onCommit: (ops) => {
      for (const { op } of ops) committed.add(op)
    },
    link: () => {
      if (random() < 0.1) throw new Error('no way through just now')
      met.opened++
      const delay = 1 + random() * 15
      const link = delayedLink(() => random() * delay)
      link.a.onMessage = watchWelcomes(link.a.onMessage.bind(link.a))
      return link
    },
  })
  harness.room.edit([{ op: 'put', record: { id: TRACE, type: 'trace', props: { marks: [] } } }])
  const editors: Editor[] = []
  for (const name of ['s', 'p', 'q']) {
    for (;;) {
      const client = harness.place(name === 's' ? 'script' : 'program')
      const connected = client.session.connect().then(
        () => true,
        () => false,
      )
      // What was shown before the first snapshot is empty for all.
      const editor = new Editor(client, name)
      await vi.advanceTimersByTimeAsync(100)
      if (!(await connected)) continue
      editors.push(editor)
      break
    }
  }
  const heard = new Map<string, unknown[]>([
    ['s', []],
    ['p', []],
    ['q', []],
  ])
  editors[0]!.client.session.onEvent(({ widgetId, data }) => void heard.get(widgetId)!.push(data))

  for (const [index, action] of steps) {
    const editor = editors[index]!
    switch (action.do) {
      case 'edit':
        editor.edit(action.ops)
        break
      case 'wait':
        await vi.advanceTimersByTimeAsync(action.ms)
        break
      case 'cut':
        met.cuts++
        editor.link.cut()
        break
      case 'stall':
        met.stalls++
        editor.link.stall()
        break
      case 'event':
        if (index > 0) editor.event()
        break
      case 'large':
        editor.large()
        break
      case 'hold':
        editor.hold()
        break
      case 'release':
        editor.release()
        break
    }
  }

  for (const editor of editors) editor.releaseAll()
  // Long enough for a half-open link to be noticed, and for the longest wait between two tries.
  await vi.advanceTimersByTimeAsync(60_000)
  const { state, version } = harness.room.journal
  const marks = state.get(TRACE)!.props['marks'] as string[]
  for (const editor of editors) {
    const { session } = editor.client
    expect(session.state).toBe('open')
    expect(session.pendingCount).toBe(0)
    expect(session.document.version).toBe(version)
    expect(contentOf(session.document)).toEqual(contentOf(state))
    expect(contentOf(editor.shown)).toEqual(contentOf(state))
    expect(editor.own(marks)).toEqual(editor.expected)
    met.edits += editor.marks.length
    met.rejected += editor.rejected.size
  }
  for (const [index, name] of ['s', 'p', 'q'].entries())
    expect(heard.get(name)).toEqual(Array.from({ length: editors[index]!.events }, (_, n) => n))
  expect(harness.room.exchange.openRequests).toBe(0)
  const closed = harness.close()
  await vi.advanceTimersByTimeAsync(1000)
  await closed
}

/** Counts how clients were welcomed. */
function watchWelcomes(
  listen: (listener: (message: unknown) => void) => void,
): (listener: (message: unknown) => void) => void {
  return (listener) =>
    listen((message) => {
      const { type, mode } = message as { type: string; mode?: string }
      if (type === 'commits') met.merged++
      if (type === 'chunk') met.chunks++
      if (type === 'welcome') met[mode === 'resumed' ? 'resumed' : 'snapshots']++
      listener(message)
    })
}

it('[Y2] [Y3] [Z1] [Z2] [Z3] [Z4] [Z5] three clients on bad lines, fast and slow, end equal to the room, each edit applied once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom(5, 50, 5000),
      fc.constantFrom({ commits: 1000, bytes: 4_000_000 }, { commits: 3, bytes: 1000 }),
      fc.array(fc.tuple(fc.nat({ max: 2 }), step), { minLength: STEPS, maxLength: STEPS }),
      run,
    ),
    { numRuns: RUNS, seed: testSeed(), endOnFailure: true },
  )
  expect(committed.size).toBe(10)
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(RUNS / 2)
}, 60_000)
