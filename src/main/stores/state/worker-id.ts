import { randomBytes } from 'node:crypto'
import { checkId } from './checks.ts'

let workerId: string | undefined

/**
 * Who this process is to the others: `ORIEL_DEPLOY__WORKER_ID`, else `worker-` and 8 hex digits. The same for as long as
 * the process lives. Throws OrielError bad_value if the variable has more than 1,024 characters.
 */
export function getWorkerId(): string {
  workerId ??= checkId(
    process.env['ORIEL_DEPLOY__WORKER_ID'] || `worker-${randomBytes(4).toString('hex')}`,
    'ORIEL_DEPLOY__WORKER_ID',
  )
  return workerId
}
