import type { Database } from 'better-sqlite3'
import { CatalogTables } from './catalog.ts'
import { DocumentTables } from './documents.ts'
import { damaged, fileIdentity } from './open.ts'
import type { Steps } from './pieces.ts'
import { TrustTable } from './trust.ts'

/** How long a transaction that is one of many may take, in ms, its last step and its end excepted. */
const SLICE_MS = 1.5

/** One open database with its prepared statements. */
export class Connection {
  readonly db: Database
  readonly catalog: CatalogTables
  readonly documents: DocumentTables
  readonly trust: TrustTable
  readonly #file: string
  readonly #identity: bigint | null

  /** `db` is `file`, open; it is closed if this throws. */
  constructor(db: Database, file: string) {
    this.db = db
    this.#file = file
    this.#identity = fileIdentity(file)
    try {
      this.catalog = new CatalogTables(this.db)
      this.documents = new DocumentTables(this.db)
      this.trust = new TrustTable(this.db)
    } catch (error) {
      this.db.close()
      // Statements are fixed, so what they miss is missing in the file: its tables are not ours.
      if (error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR') throw damaged(error.message)
      throw error
    }
  }

  /** False if another process has moved our file aside and made a new one. */
  get isCurrent(): boolean {
    return fileIdentity(this.#file) === this.#identity
  }

  /** Takes some of the steps, in one transaction. */
  slice<Result>(steps: Steps<Result>): IteratorResult<void, Result> {
    const until = performance.now() + SLICE_MS
    const take = (): IteratorResult<void, Result> => {
      for (;;) {
        const step = steps.next()
        if (step.done || performance.now() >= until) return step
      }
    }
    return this.db.transaction(take).immediate()
  }

  close(): void {
    this.db.close()
  }
}
