import { isPlainObject } from '../../shared/document/kinds.ts'
import { TooDeep, cleanCopy } from './clean.ts'
import { ComponentError } from './errors.ts'

/** What came with an event, cleaned; nothing is {}. Throws ComponentError bad_payload. */
export function readPayload(event: string, payload: unknown): Record<string, unknown> {
  if (payload === undefined || payload === null) return {}
  if (!isPlainObject(payload)) {
    const kind = Array.isArray(payload) ? 'a list' : `a ${typeof payload}`
    throw badPayload(event, `it must be an object, not ${kind}`, new TypeError(`The payload is ${kind}.`))
  }
  try {
    return cleanCopy(payload)
  } catch (error) {
    if (error instanceof TooDeep) throw badPayload(event, `it is ${error.message}`, error)
    throw error
  }
}

export function badPayload(event: string, why: string, cause: unknown): ComponentError {
  return new ComponentError(`invalid payload for ${event}: ${why}`, { code: 'bad_payload', cause })
}
