import { TYPED_ARRAYS, isBinary, isList, isTypedArray, typedArrayKind } from '../../shared/document/kinds.ts'
import type { TypedArray, Value } from '../../shared/value.ts'
import { pack, Part, unpack } from './codec.ts'

/*
 * Large values are stored as pieces beside their row: binaries as their bytes, long texts as UTF-8, lists and objects of
 * many items as packed runs of items. Equal content makes equal pieces, so what is stored already need not be again.
 */

/** Size of a piece, and from which on a value is large. */
export const PIECE_BYTES = 256 * 1024
/** Steps between two pauses while walking a large value: well under a millisecond. */
const STEPS = 512
/** Bytes of anything that is no text and no binary, or of a key, about. */
const SMALL = 8

/** A value with Parts in the place of what was large in it. */
export interface Split {
  shape: unknown
  /** Bytes of the shape when packed, about. */
  weight: number
}

/** Whether a value is packed and written in one go without anyone noticing. Looks at no more of it than it has to. */
export function isSmall(value: unknown): boolean {
  return spend(value as Value, PIECE_BYTES) >= 0
}

function spend(value: Value | undefined, budget: number): number {
  if (typeof value === 'string') return budget - SMALL - value.length
  if (typeof value !== 'object' || value === null) return budget - SMALL
  if (isBinary(value)) return budget - SMALL - value.byteLength
  let left = budget - SMALL
  if (isList(value)) for (let i = 0; i < value.length && left >= 0; i++) left = spend(value[i], left)
  else
    for (const key in value) {
      left = spend(value[key], left - SMALL - key.length)
      if (left < 0) break
    }
  return left
}

/**
 * Takes what is large out of a value. `keep` is given each piece and says which number it has among the row's; it must not
 * hold on to the bytes. A yield is a moment to pause; the value must not change meanwhile.
 */
export function* split(value: unknown, keep: (piece: Uint8Array) => number): Generator<void, Split> {
  return yield* shape(value as Value, keep)
}

function* shape(value: Value, keep: (piece: Uint8Array) => number): Generator<void, Split> {
  if (typeof value === 'string') {
    if (value.length <= PIECE_BYTES) return { shape: value, weight: SMALL + value.length }
    return part('text', yield* keepText(value, keep))
  }
  if (typeof value !== 'object' || value === null) return { shape: value, weight: SMALL }
  if (isBinary(value)) {
    if (value.byteLength <= PIECE_BYTES) return { shape: value, weight: SMALL + value.byteLength }
    return part(isTypedArray(value) ? typedArrayKind(value) : 'ArrayBuffer', yield* keepBytes(bytesOf(value), keep))
  }
  if (isList(value)) {
    const run = new Run<unknown>('list', (items) => items, keep)
    for (let i = 0; i < value.length; i++) {
      const item = value[i] as Value
      if (i % STEPS === STEPS - 1) yield
      if (isScalar(item)) run.add(item, SMALL)
      else {
        const inner = yield* shape(item, keep)
        run.add(inner.shape, inner.weight)
      }
    }
    return run.end()
  }
  const run = new Run<[string, unknown]>('object', fromEntries, keep)
  let step = 0
  for (const key of Object.keys(value)) {
    if (++step % STEPS === 0) yield
    const item = value[key] as Value
    if (isScalar(item)) run.add([key, item], SMALL * 2 + key.length)
    else {
      const inner = yield* shape(item, keep)
      run.add([key, inner.shape], inner.weight + SMALL + key.length)
    }
  }
  return run.end()
}

/** The items of one list or object: as they are while they are few, as pieces of about PIECE_BYTES each otherwise. */
class Run<Item> {
  readonly #kind: string
  readonly #collect: (items: Item[]) => unknown
  readonly #keep: (piece: Uint8Array) => number
  readonly #indexes: number[] = []
  #items: Item[] = []
  #weight = SMALL

  constructor(kind: string, collect: (items: Item[]) => unknown, keep: (piece: Uint8Array) => number) {
    this.#kind = kind
    this.#collect = collect
    this.#keep = keep
  }

  add(item: Item, weight: number): void {
    if (this.#weight + weight > PIECE_BYTES && this.#items.length > 0) this.#cut()
    this.#items.push(item)
    this.#weight += weight
  }

  end(): Split {
    if (this.#indexes.length === 0) return { shape: this.#collect(this.#items), weight: this.#weight }
    this.#cut()
    return part(this.#kind, this.#indexes)
  }

  #cut(): void {
    this.#indexes.push(this.#keep(pack(this.#collect(this.#items))))
    this.#items = []
    this.#weight = SMALL
  }
}

function* keepBytes(bytes: Uint8Array, keep: (piece: Uint8Array) => number): Generator<void, number[]> {
  const indexes: number[] = []
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    indexes.push(keep(bytes.subarray(at, at + PIECE_BYTES)))
    yield
  }
  return indexes
}

function* keepText(text: string, keep: (piece: Uint8Array) => number): Generator<void, number[]> {
  const indexes: number[] = []
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + PIECE_BYTES)
    // A pair of surrogates is one character.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--
    indexes.push(keep(Buffer.from(text.slice(at, end))))
    at = end
    yield
  }
  return indexes
}

/** The value whose shape `bytes` are; `piece` gives each of the row's pieces by number. Throws a plain Error. */
export function join(bytes: Uint8Array, piece: (index: number) => Uint8Array): unknown {
  const joinPart = (one: Part): unknown => {
    const pieces = one.indexes.map(piece)
    switch (one.kind) {
      case 'text':
        return pieces.map((each) => Buffer.from(each.buffer, each.byteOffset, each.length).toString()).join('')
      case 'list':
        return pieces.flatMap((each) => unpack(each, joinPart) as unknown[])
      case 'object':
        return fromEntries(pieces.flatMap((each) => Object.entries(unpack(each, joinPart) as object)))
      default:
        return toBinary(one.kind, pieces)
    }
  }
  return unpack(bytes, joinPart)
}

function toBinary(kind: string, pieces: readonly Uint8Array[]): TypedArray | ArrayBuffer {
  const buffer = new ArrayBuffer(pieces.reduce((sum, each) => sum + each.length, 0))
  const bytes = new Uint8Array(buffer)
  let at = 0
  for (const each of pieces) {
    bytes.set(each, at)
    at += each.length
  }
  if (kind === 'ArrayBuffer') return buffer
  if (!Object.hasOwn(TYPED_ARRAYS, kind)) throw new Error(`a part of the unknown kind ${kind}`)
  return new TYPED_ARRAYS[kind as keyof typeof TYPED_ARRAYS](buffer)
}

function part(kind: string, indexes: readonly number[]): Split {
  return { shape: new Part(kind, indexes), weight: SMALL * (1 + indexes.length) }
}

function bytesOf(value: TypedArray | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}

function isScalar(value: Value): boolean {
  return typeof value !== 'string' && (typeof value !== 'object' || value === null)
}

/** Own keys whatever they are called. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}
