import type { Value } from '../value.ts'
import { isBinary, isList } from './kinds.ts'
import type { DocumentSnapshot, Op } from './types.ts'

/** Bytes of anything that is no text and no binary, or of a key. */
const SMALL = 8

/** About how many bytes ops hold on to, for limits on what is kept. */
export function weightOf(ops: readonly Op[]): number {
  return weigh(ops as unknown as Value)
}

/** About how many bytes a whole document is. */
export function weightOfSnapshot({ records }: DocumentSnapshot): number {
  let weight = 0
  for (const record of records) weight += weigh(record as unknown as Value)
  return weight
}

function weigh(value: Value | undefined): number {
  if (typeof value === 'string') return SMALL + value.length
  if (typeof value !== 'object' || value === null) return SMALL
  if (isBinary(value)) return SMALL + value.byteLength
  let weight = SMALL
  if (isList(value)) for (const item of value) weight += weigh(item)
  else for (const key in value) weight += SMALL + weigh(value[key])
  return weight
}
