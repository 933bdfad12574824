import { readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS, migrate, schemaVersion } from '../../../../src/main/stores/sqlite/migrations.ts'
import { openDesktopStores } from '../../../../src/main/stores/index.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { commit, NOON, sessionEntry, StoreHome } from '../../../support/store-home.ts'

describe('schema versions', () => {
  let home: StoreHome
  beforeEach(() => {
    home = new StoreHome()
  })
  afterEach(() => home.remove())

  it('a new database has had every step', async () => {
    await home.open().close()
    const db = new Database(home.file, { readonly: true })
    expect(schemaVersion(db)).toBe(MIGRATIONS.length)
    db.close()
  })

  it('a database of every older version is brought up and keeps its sessions', async () => {
    for (let version = 0; version < MIGRATIONS.length; version++) {
      const db = new Database(home.file)
      migrate(db, MIGRATIONS.slice(0, version))
      if (version > 0)
        db.exec(`INSERT INTO sessions (session_id, client_id, script_path, arguments, title, state, pid, created_at, last_used_at)
          VALUES ('old', 'client', '/script.ts', '{}', 'Title of old', 'open', ${process.pid}, ${NOON}, ${NOON})`)
      db.close()
      const stores = home.open()
      expect(await stores.sessions.get('old')).toEqual(version > 0 ? sessionEntry('old') : null)
      await stores.sessions.save(sessionEntry('new'))
      await stores.documents.append('new', [commit(1)])
      await stores.close()
      rmSync(home.file)
    }
  })

  it('each step runs once, in order, and sees the data of the one before', () => {
    const db = new Database(home.file)
    const first = "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('kept')"
    migrate(db, [first])
    migrate(db, [first, "ALTER TABLE notes ADD COLUMN mark TEXT DEFAULT 'new'", "UPDATE notes SET text = text || '!'"])
    expect(db.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept!', mark: 'new' }])
    expect(schemaVersion(db)).toBe(3)
    migrate(db, [first, 'nonsense', 'nonsense'])
    expect(schemaVersion(db)).toBe(3)
    db.close()
  })

  it('a step that fails leaves the database as the step before left it', () => {
    const db = new Database(home.file)
    const steps = ['CREATE TABLE one (n)', 'CREATE TABLE two (n); INSERT INTO nowhere VALUES (1)']
    expect(() => migrate(db, steps)).toThrow('nowhere')
    expect(schemaVersion(db)).toBe(1)
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()).toEqual(['one'])
    db.close()
  })

  describe('a database from a newer version', () => {
    const NEWER = MIGRATIONS.length + 4

    /** What every file of the home holds, and when it was written. */
    const contents = () =>
      home.list().map((name) => {
        const file = `${home.dir}/${name}`
        return { name, bytes: readFileSync(file).toString('base64'), mtimeMs: statSync(file).mtimeMs }
      })

    async function makeNewer(): Promise<void> {
      const stores = home.open()
      await stores.sessions.save(sessionEntry('s1'))
      await stores.close()
      const db = new Database(home.file)
      db.exec(`CREATE TABLE later (n); PRAGMA user_version = ${NEWER}`)
      db.close()
      utimesSync(home.file, 1_000, 1_000)
    }

    it('is refused with both versions named, and nothing is written', async () => {
      await makeNewer()
      const before = contents()
      const options = { homeDir: home.dir, log: silentLog, now: () => NOON }
      for (const open of [async () => home.open(), () => openDesktopStores(options)]) {
        const error: unknown = await open().catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'store_newer', retryable: false })
        expect(String(error)).toContain(`version ${NEWER}`)
        expect(String(error)).toContain(`up to ${MIGRATIONS.length}`)
      }
      expect(contents()).toEqual(before)
    })

    it('is refused also while only its log knows the version, and database and log stay as they are', async () => {
      const stores = home.open()
      await stores.sessions.save(sessionEntry('s1'))
      await stores.close()
      const writing = new Database(home.file)
      try {
        writing.pragma('wal_autocheckpoint = 0')
        writing.pragma(`user_version = ${NEWER}`)
        expect(readFileSync(home.file).readUInt32BE(60)).toBe(MIGRATIONS.length)
        const kept = () => contents().filter(({ name }) => !name.endsWith('-shm'))
        const before = kept()
        expect(() => home.open()).toThrow(expect.objectContaining({ code: 'store_newer' }))
        expect(kept()).toEqual(before)
      } finally {
        writing.close()
      }
    })
  })
})
