import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal } from '../../../../src/main/engine/journal.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { createMemoryStores } from '../../../../src/main/stores/memory.ts'
import type { DesktopStores, DocumentStore, LogSize } from '../../../../src/main/stores/types.ts'
import { equal } from '../../../../src/shared/document/equal.ts'
import { restoreDocument } from '../../../../src/shared/document/restore.ts'
import type { Commit, DocumentSnapshot, Op } from '../../../../src/shared/document/types.ts'
import type { Value } from '../../../../src/shared/value.ts'
import { anyOp } from '../../../support/document-arbitraries.ts'
import { sessionEntry, StoreHome } from '../../../support/store-home.ts'

const LIMITS: LogSize = { logCommits: 2, logBytes: Infinity }

/** Random transactions; null is a restart of the process. */
const anyHistory = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.array(anyOp, { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  { maxLength: 14 },
)

/** A journal on what is stored, as after a restart; `appended` gets every commit that it stores. */
async function open({ documents }: DesktopStores, appended: Commit[]): Promise<Journal> {
  const store: DocumentStore = {
    ...documents,
    append(sessionId, commits) {
      appended.push(...commits)
      return documents.append(sessionId, commits)
    },
  }
  return new Journal({
    sessionId: 's1',
    store,
    stored: await documents.load('s1'),
    log: silentLog,
    logLimits: LIMITS,
  })
}

/** Resolves when the log is as short as it is to be: folding goes on by itself. */
async function folded({ documents }: DesktopStores): Promise<void> {
  while (((await documents.load('s1'))?.commits.length ?? 0) > LIMITS.logCommits)
    await new Promise((resolve) => setTimeout(resolve, 1))
}

/** What is read after a restart, what the room itself had of it, and what all commits together make. */
async function play(stores: DesktopStores, history: readonly (Op[] | null)[]) {
  await stores.sessions.remove('s1')
  await stores.sessions.save(sessionEntry('s1'))
  const appended: Commit[] = []
  let journal = await open(stores, appended)
  for (const ops of history) {
    if (ops === null) {
      await folded(stores)
      journal = await open(stores, appended)
      continue
    }
    try {
      journal.commit(ops, null)
    } catch {
      // Does not fit: nothing of it counts.
    }
    await journal.flush()
  }
  await folded(stores)
  const read = (await open(stores, [])).snapshot()
  const live = journal.state.toSnapshot(['state', 'data'])
  const unfolded = restoreDocument({ snapshot: { title: '', roots: [], records: [] }, commits: appended }, () => {})
  return { read, live, unfolded: unfolded.toSnapshot(['state', 'data']) }
}

const sorted = ({ title, roots, records }: DocumentSnapshot): Value =>
  ({ title, roots, records: records.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }) as unknown as Value

describe('a log that is folded', () => {
  let home: StoreHome
  beforeEach(() => {
    home = new StoreHome()
  })
  afterEach(() => home.remove())

  const backends: Record<string, { runs: number; make: () => DesktopStores }> = {
    memory: { runs: 400, make: createMemoryStores },
    sqlite: { runs: 60, make: () => home.open() },
  }
  it.each(Object.entries(backends))(
    '[J3] [J5] on %s: what is read is what the room had, and the same as if it had never been folded',
    { timeout: 60_000 },
    async (_, { runs, make }) => {
      const stores = make()
      await fc.assert(
        fc.asyncProperty(anyHistory, async (history) => {
          const { read, live, unfolded } = await play(stores, history)
          expect(equal(sorted(read), sorted(live)), JSON.stringify([read, live])).toBe(true)
          const same = equal(read, unfolded)
          expect(same, JSON.stringify([read, unfolded])).toBe(true)
        }),
        { numRuns: runs },
      )
    },
  )
})
