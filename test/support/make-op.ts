import type { Transaction } from '../../src/client/transaction.ts'
import type { Op } from '../../src/shared/document/types.ts'

/** Makes `op` in a transaction, by the method of its name. */
export function makeOp(tx: Transaction, op: Op): void {
  switch (op.op) {
    case 'put':
      return tx.put(op.record)
    case 'remove':
      return tx.remove(op.id)
    case 'set':
      return tx.set(op.id, op.path, op.value)
    case 'unset':
      return tx.unset(op.id, op.path)
    case 'splice':
      return tx.splice(op.id, op.path, op.index, op.remove, op.insert)
    case 'move':
      return tx.move(op.id, op.path, op.from, op.to)
    case 'append':
      return tx.append(op.id, op.columns, op.rollover)
    case 'columns':
      return tx.columns(op.id, op.patches)
    case 'roots':
      return tx.roots(op.ids)
    case 'title':
      return tx.title(op.title)
  }
}
