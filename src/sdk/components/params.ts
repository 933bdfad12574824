import { TooDeep, cleanCopy } from './clean.ts'
import { ComponentError } from './errors.ts'

let [last] = crypto.getRandomValues(new Uint32Array(1)) as Uint32Array & [number]
/** Odd, so that the numbers come round to the first only after all 2³² of them. */
const STEP = 0x9e37_79b1

/** `component-` and 8 hex digits; none comes twice in a process. */
function freshId(): string {
  last = (last + STEP) >>> 0
  return `component-${last.toString(16).padStart(8, '0')}`
}

/** Params as a component keeps them, and its id. Throws ComponentError bad_value. */
export function readParams(given: Record<string, unknown> | null | undefined): {
  params: Record<string, unknown>
  id: string
} {
  if (given === undefined || given === null) return { params: {}, id: freshId() }
  let params: Record<string, unknown>
  try {
    params = cleanCopy(given)
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    throw new ComponentError(`The params are ${error.message}.`, { code: 'bad_value', cause: error })
  }
  const id = params['componentId'] ?? ''
  if (typeof id !== 'string') throw new ComponentError('componentId must be text.', { code: 'bad_value' })
  return { params, id: id === '' ? freshId() : id }
}
