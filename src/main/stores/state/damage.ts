import type { Log } from '../../log.ts'
import { fromJson, namesFromJson } from './checks.ts'
import type { JsonObject } from './types.ts'

/** Ids whose damage was told; past it the oldest may be told again. */
const MAX_TOLD = 1_000

/** Reads stored JSON. What is damaged reads as empty and is told in the log once. */
export class StoredJson {
  readonly #log: Log
  readonly #told = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** `kind` and `id` say whose it is, for the log. */
  object(text: unknown, kind: string, id: string): JsonObject {
    // What nearly all have.
    if (text === '{}') return {}
    return fromJson(text) ?? (this.#tell(kind, id), {})
  }

  names(text: unknown, kind: string, id: string): string[] {
    return namesFromJson(text) ?? (this.#tell(kind, id), [])
  }

  #tell(kind: string, id: string): void {
    const key = `${kind} ${id}`
    if (this.#told.has(key)) return
    if (this.#told.size === MAX_TOLD) this.#told.delete([...this.#told][0]!)
    this.#told.add(key)
    this.#log.warn(`stored ${kind} is damaged and was read as empty`, { id })
  }
}
