import type { Database, Statement } from 'better-sqlite3'

/** The table `trusted`. Synchronous; one connection. */
export class TrustTable {
  readonly #find: Statement<[string]>
  readonly #add: Statement<[string, string, number]>

  constructor(db: Database) {
    this.#find = db.prepare('SELECT 1 FROM trusted WHERE hash = ?')
    this.#add = db.prepare(`
      INSERT INTO trusted (hash, path, trusted_at) VALUES (?, ?, ?)
      ON CONFLICT (hash) DO UPDATE SET path = excluded.path, trusted_at = excluded.trusted_at`)
  }

  isTrusted(hash: string): boolean {
    return this.#find.get(hash) !== undefined
  }

  /** `trustedAt` in Unix ms. */
  trust(hash: string, path: string, trustedAt: number): void {
    this.#add.run(hash, path, Math.round(trustedAt))
  }
}
