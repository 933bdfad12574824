import type { Op } from './types.ts'

/** Stand for the roots and the title; no record has such an id. */
const ROOTS = ''
const TITLE = '\0title'

/** What edits have to do with, as far as their ops tell: enough to know which other edits must keep their place behind them. */
export class Touched {
  readonly #names = new Set<string>()
  #all = false

  add(ops: readonly Op[]): void {
    for (const op of ops) {
      // It takes along whatever lies below it.
      if (op.op === 'remove') this.#all = true
      for (const name of namesOf(op)) this.#names.add(name)
    }
  }

  /** Whether `ops` have to do with any of it. */
  meets(ops: readonly Op[]): boolean {
    if (this.#all && ops.length > 0) return true
    if (this.#names.size === 0) return false
    return ops.some((op) => op.op === 'remove' || namesOf(op).some((name) => this.#names.has(name)))
  }
}

function namesOf(op: Op): readonly string[] {
  switch (op.op) {
    case 'put':
      return [op.record.id, ...(op.record.children ?? [])]
    case 'roots':
      return [ROOTS, ...op.ids]
    case 'title':
      return [TITLE]
    default:
      return [op.id]
  }
}
