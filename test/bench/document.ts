import { applyOps } from '../../src/shared/document/apply.ts'
import { DocumentState } from '../../src/shared/document/state.ts'
import type { DocumentRecord, Op } from '../../src/shared/document/types.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const RECORDS = 1_000
const ROUNDS = 15
const OPS_A_ROUND = 2_000

const record = (n: number): DocumentRecord => ({
  id: `r${n}`,
  type: 'note',
  props: {
    n,
    text: `note ${n}`,
    list: Array.from({ length: 20 }, (_, item) => item),
    deep: { down: { here: n } },
    x: new Float64Array(100),
    y: new Float64Array(100),
  },
})
const id = (n: number): string => `r${n % RECORDS}`

/** Ops that each have an effect, whenever they come. */
const KINDS: Record<string, (n: number) => Op> = {
  'put (new)': (n) => ({ op: 'put', record: record(RECORDS + n) }),
  'put (over)': (n) => ({ op: 'put', record: { ...record(n % RECORDS), type: `type ${n}` } }),
  set: (n) => ({ op: 'set', id: id(n), path: ['n'], value: -n - 1 }),
  'set (deep)': (n) => ({ op: 'set', id: id(n), path: ['deep', 'down', 'here'], value: -n - 1 }),
  splice: (n) => ({ op: 'splice', id: id(n), path: ['list'], index: 3, remove: 1, insert: [-n - 1] }),
  move: (n) => ({ op: 'move', id: id(n), path: ['list'], from: 2, to: 17 }),
  append: (n) => ({ op: 'append', id: id(n), columns: { x: [n], y: [n] }, rollover: 200 }),
  columns: (n) => ({ op: 'columns', id: id(n), patches: { x: [[n % 100, n + 1]] } }),
  title: (n) => ({ op: 'title', title: `title ${n}` }),
}

/** How fast ops are applied, and what undoes them, against the same number of records written to a plain Map. */
export async function benchDocument(): Promise<Row[]> {
  return Object.entries(KINDS).flatMap(([kind, make]) => {
    const apply: number[] = []
    const invert: number[] = []
    const raw: number[] = []
    for (let round = -3; round < ROUNDS; round++) {
      const records = Array.from({ length: RECORDS }, (_, n) => record(n))
      const state = new DocumentState('', [], records)
      const ops = Array.from({ length: OPS_A_ROUND }, (_, n) => make(n))
      const inverses: Op[][] = []
      const applied = rate(() => {
        for (const op of ops) inverses.push(applyOps(state, [op]))
      })
      const undone = rate(() => {
        for (const inverse of inverses.toReversed()) applyOps(state, inverse)
      })
      const map = new Map(records.map((one) => [one.id, one]))
      const written = rate(() => {
        for (let n = 0; n < OPS_A_ROUND; n++) map.set(id(n), { ...map.get(id(n))!, props: { n } })
      })
      if (round < 0) continue
      apply.push(applied)
      invert.push(undone)
      raw.push(written)
    }
    return [
      row(`apply ${kind}`, 'a record into a Map', 'k/s', apply, raw, 'none'),
      row(`invert ${kind}`, 'a record into a Map', 'k/s', invert, raw, 'none'),
    ]
  })
}

/** Thousands of ops a second. */
function rate(work: () => void): number {
  const start = performance.now()
  work()
  return OPS_A_ROUND / (performance.now() - start)
}
