import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Log } from '../../../log.ts'
import { moveAside } from '../../sqlite/aside.ts'
import { isDamage, toStoreError } from '../../sqlite/errors.ts'
import { fileIdentity, openDatabase } from '../../sqlite/open.ts'
import { salvage } from '../../sqlite/salvage.ts'
import { stateClosed } from '../checks.ts'

/** How long a write waits for another process, in ms. */
const BUSY_TIMEOUT_MS = 5_000
/** How often it is looked whether the file is still the one that has our name, in ms. */
const IDENTITY_CHECK_MS = 1_000

export interface StateDatabaseOptions {
  /** Absolute. */
  file: string
  log: Log
  now: () => number
}

/**
 * The connection of one instance, with what `prepare` made on it. If the file turns out to be damaged it is moved aside,
 * what can be read is taken over into a new one, and the work is done on that.
 */
export class StateDatabase<T> {
  readonly file: string
  readonly #options: StateDatabaseOptions
  readonly #prepare: (db: Database) => T
  #open: { db: Database; tables: T; identity: bigint | null } | null = null
  #closed = false
  #checkedAt = performance.now()
  #generation = 0

  /** Throws OrielError store_newer or store_unwritable. */
  constructor(options: StateDatabaseOptions, prepare: (db: Database) => T) {
    this.file = options.file
    this.#options = options
    this.#prepare = prepare
    try {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 })
      try {
        this.#connect()
      } catch (error) {
        if (!isDamage(error)) throw error
        this.#startAnew(error)
      }
    } catch (error) {
      throw toStoreError(error, path.dirname(this.file))
    }
  }

  /** Goes up when another file took the place of the one before: numbers from that one mean nothing any more. */
  get generation(): number {
    return this.#generation
  }

  /** Does `work` in one go. Throws OrielError closed, store_damaged, store_newer or store_unwritable. */
  run<R>(work: (tables: T) => R): R {
    if (this.#closed) throw stateClosed()
    try {
      const open = this.#current()
      try {
        return work(open.tables)
      } catch (error) {
        if (!isDamage(error)) throw error
        return work(this.#replace(error).tables)
      }
    } catch (error) {
      throw toStoreError(error, path.dirname(this.file))
    }
  }

  close(): void {
    this.#closed = true
    this.#open?.db.close()
    this.#open = null
  }

  #current(): { tables: T } {
    const time = performance.now()
    if (this.#open && time - this.#checkedAt < IDENTITY_CHECK_MS) return this.#open
    this.#checkedAt = time
    if (this.#open && fileIdentity(this.file) === this.#open.identity) return this.#open
    // What is written into a file that was moved or deleted is lost.
    this.#options.log.warn('the database was replaced; opening what is there now', { file: this.file })
    this.#open?.db.close()
    this.#open = null
    return this.#connect()
  }

  #connect(): { tables: T } {
    const { file } = this.#options
    const db = openDatabase({ file, busyTimeoutMs: BUSY_TIMEOUT_MS })
    try {
      this.#open = { db, tables: this.#prepare(db), identity: fileIdentity(file) }
    } catch (error) {
      db.close()
      throw error
    }
    this.#generation++
    return this.#open
  }

  /** After damage. Another process, or the app itself, may have met it first. */
  #replace(cause: unknown): { tables: T } {
    const ours = this.#open !== null && fileIdentity(this.file) === this.#open.identity
    this.#open?.db.close()
    this.#open = null
    return ours ? this.#startAnew(cause) : this.#connect()
  }

  #startAnew(cause: unknown): { tables: T } {
    const aside = moveAside(this.file, this.#options.now())
    const open = this.#connect()
    salvage(aside, this.#open!.db)
    this.#options.log.error('database damaged, moved aside', { aside, error: String(cause) })
    return open
  }
}
