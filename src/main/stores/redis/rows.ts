import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { checksum, pack } from '../codec.ts'
import { isSmall, join, split } from '../parts.ts'

/** How long may be worked on a value in one go, in ms. */
const TURN_MS = 5

/** A packed value as it is stored: checksum and names of its pieces in a line of text, then the bytes. */
export interface Row {
  bytes: Buffer
  /** Hashes of its pieces with commas between; empty where there are none. */
  names: string
  /** With its pieces. */
  size: number
}

/** Packs a value; what is large in it is given to `keep`, piece by piece with its hash, which it may hold on to until it settles. */
export async function toRow(value: unknown, keep: (hash: string, piece: Uint8Array) => Promise<void>): Promise<Row> {
  if (isSmall(value)) return rowOf(pack(value), [], 0)
  const names: string[] = []
  let bytes = 0
  let pending: [hash: string, piece: Uint8Array][] = []
  const steps = split(value, (piece) => {
    bytes += piece.length
    const hash = hashOf(piece)
    pending.push([hash, piece])
    return names.push(hash) - 1
  })
  let begun = performance.now()
  for (;;) {
    const step = steps.next()
    for (const [hash, piece] of pending) await keep(hash, piece)
    pending = []
    if (step.done) return rowOf(pack(step.value.shape), names, bytes)
    if (performance.now() - begun < TURN_MS) continue
    await setImmediate()
    begun = performance.now()
  }
}

function rowOf(packed: Buffer, names: readonly string[], more: number): Row {
  const list = names.join(',')
  const bytes = Buffer.concat([Buffer.from(`${checksum(packed)} ${list}\n`), packed])
  return { bytes, names: list, size: packed.length + more }
}

/** A row that was read. Throws a plain Error if it is not what was written. */
export class StoredRow {
  readonly names: readonly string[]
  readonly #packed: Buffer

  constructor(bytes: Buffer) {
    const end = bytes.indexOf(10)
    const [sum, list = ''] = bytes.toString('latin1', 0, end).split(' ')
    this.#packed = bytes.subarray(end + 1)
    if (end < 0 || checksum(this.#packed) !== Number(sum)) throw new Error('the checksum does not match')
    this.names = list === '' ? [] : list.split(',')
  }

  value(pieces: ReadonlyMap<string, Buffer>): unknown {
    return join(this.#packed, (index) => pieces.get(this.names[index]!)!)
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
