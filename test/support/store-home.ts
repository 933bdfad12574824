import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Commit, Op } from '../../src/shared/document/types.ts'
import { silentLog } from '../../src/main/log.ts'
import { openSqliteStores, type SqliteOptions } from '../../src/main/stores/sqlite.ts'
import type { DesktopStores, SessionEntry, StoreNotice } from '../../src/main/stores/types.ts'

/** The time every store in these tests believes in. */
export const NOON = Date.parse('2026-11-21T10:00:00.000Z')

/** A folder for one test, with the stores opened in it; `remove` closes them and takes all away. */
export class StoreHome {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'oriel-home-'))
  readonly file = path.join(this.dir, 'oriel.db')
  readonly #open: DesktopStores[] = []

  open(options: Partial<SqliteOptions> = {}): DesktopStores {
    return this.track(openSqliteStores({ homeDir: this.dir, log: silentLog, now: () => NOON, ...options }))
  }

  track(stores: DesktopStores): DesktopStores {
    this.#open.push(stores)
    return stores
  }

  /** Names in the folder, sorted. */
  list(): string[] {
    return readdirSync(this.dir).sort()
  }

  async remove(): Promise<void> {
    for (const stores of this.#open) await stores.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

export function sessionEntry(sessionId: string, change: Partial<SessionEntry> = {}): SessionEntry {
  return {
    sessionId,
    clientId: 'client',
    scriptPath: '/script.ts',
    arguments: {},
    title: `Title of ${sessionId}`,
    state: 'open',
    pid: process.pid,
    createdAt: NOON,
    lastUsedAt: NOON,
    ...change,
  }
}

export function commit(version: number, ops: Op[] = [{ op: 'title', title: `title ${version}` }]): Commit {
  return { epoch: 'e1', version, origin: { clientId: 'c', mutationId: `m${version}` }, ops }
}

/** A commit that carries `bytes` of the letter `fill`. */
export function largeCommit(version: number, bytes: number, fill = 'x'): Commit {
  return commit(version, [{ op: 'set', id: 'a', path: ['text'], value: fill.repeat(bytes) }])
}

/** Everything the stores say from now on. */
export function noticesOf(stores: DesktopStores): StoreNotice[] {
  const notices: StoreNotice[] = []
  stores.onNotice((notice) => notices.push(notice))
  return notices
}
