import {
  copyFileSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commit, largeCommit, noticesOf, sessionEntry, StoreHome } from '../../../support/store-home.ts'

const ASIDE = 'oriel.db.damaged-2026-11-21T10-00-00Z'

/** Pages of one table's tree that hold its rows, in the order of the tree. */
function leafPages(file: string, table: string): { page: number; pageBytes: number }[] {
  const db = new Database(file, { readonly: true })
  const pages = db
    .prepare<[string], { page: number }>(
      "SELECT pageno AS page FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
    )
    .all(table)
  const pageBytes = Number(db.pragma('page_size', { simple: true }))
  db.close()
  return pages.map(({ page }) => ({ page, pageBytes }))
}

function overwrite(file: string, position: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, position)
  closeSync(handle)
}

function damagePage(file: string, { page, pageBytes }: { page: number; pageBytes: number }): void {
  overwrite(file, (page - 1) * pageBytes, new Uint8Array(pageBytes).fill(0xa5))
}

describe('a damaged database', () => {
  let home: StoreHome
  beforeEach(() => {
    home = new StoreHome()
  })
  afterEach(() => home.remove())

  /** Sessions s1…s`count` with a commit of 3,000 bytes each, closed cleanly. */
  async function fill(count: number): Promise<void> {
    const stores = home.open()
    for (let n = 1; n <= count; n++) {
      await stores.sessions.save(sessionEntry(`s${n}`))
      await stores.documents.append(`s${n}`, [largeCommit(1, 3_000)])
    }
    await stores.close()
  }

  it.each([
    ['bytes that are no database', () => writeFileSync(home.file, new Uint8Array(8192).fill(0x5a))],
    ['a few bytes', () => writeFileSync(home.file, 'oops')],
    [
      'a right header and nonsense behind it',
      () => overwrite(home.file, 100, new Uint8Array(statSync(home.file).size - 100).fill(0xff)),
    ],
    ['a file cut to half', () => truncateSync(home.file, Math.floor(statSync(home.file).size / 2 / 4096) * 4096)],
    ['a file cut within its first page', () => truncateSync(home.file, 1000)],
  ])('%s: moved aside under a dated name, byte for byte, and a new one made; the person is told', async (_, damage) => {
    await fill(3)
    damage()
    const before = readFileSync(home.file)
    const stores = home.open()
    expect(noticesOf(stores)).toEqual([
      {
        name: 'store',
        level: 'warning',
        text: expect.stringContaining(`It was kept as ${ASIDE} and a new one was made.`),
      },
    ])
    expect(readFileSync(path.join(home.dir, ASIDE)).equals(before)).toBe(true)
    await stores.sessions.save(sessionEntry('new'))
    await stores.close()
    expect(await home.open().sessions.get('new')).toEqual(sessionEntry('new'))
  })

  it('an empty file is a new database, not a damaged one', async () => {
    writeFileSync(home.file, '')
    const stores = home.open()
    expect(noticesOf(stores)).toEqual([])
    expect(await stores.sessions.list()).toEqual([])
    expect(home.list()).not.toContain(ASIDE)
  })

  it("another program's database under our name is moved aside", async () => {
    const db = new Database(home.file)
    db.exec('CREATE TABLE notes (text TEXT); PRAGMA user_version = 1')
    db.close()
    const stores = home.open()
    await stores.sessions.save(sessionEntry('s1'))
    expect(home.list()).toContain(ASIDE)
  })

  it('a damaged page costs the session on it; what can be read of the others is taken over', async () => {
    await fill(40)
    damagePage(home.file, leafPages(home.file, 'commits')[10]!)
    const stores = home.open()
    expect(noticesOf(stores)).toMatchObject([
      { text: expect.stringContaining('40 of its sessions could be taken over') },
    ])
    expect(await stores.sessions.list()).toHaveLength(40)
    const lost: string[] = []
    for (const { sessionId } of await stores.sessions.list()) {
      await stores.documents.load(sessionId).then(
        (document) => expect(document?.commits).toEqual([largeCommit(1, 3_000)]),
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'store_damaged', message: expect.stringContaining(sessionId) })
          lost.push(sessionId)
        },
      )
    }
    expect(lost).toHaveLength(1)
  })

  it('two damaged databases in one second are both kept', async () => {
    for (const content of ['first', 'second']) {
      writeFileSync(home.file, content)
      await home.open().close()
    }
    expect(readFileSync(path.join(home.dir, ASIDE), 'utf8')).toBe('first')
    expect(readFileSync(path.join(home.dir, `${ASIDE}-2`), 'utf8')).toBe('second')
  })

  it('its log goes aside with it, and what only the log holds is taken over', async () => {
    const other = new StoreHome()
    try {
      const writing = other.open()
      await writing.sessions.save(sessionEntry('in the log'))
      copyFileSync(`${other.file}-wal`, `${home.file}-wal`)
      writeFileSync(home.file, 'no database')
      const stores = home.open()
      expect(await stores.sessions.list()).toEqual([sessionEntry('in the log')])
      expect(readFileSync(path.join(home.dir, ASIDE), 'utf8')).toBe('no database')
      expect(readFileSync(path.join(home.dir, `${ASIDE}-wal`)).equals(readFileSync(`${other.file}-wal`))).toBe(true)
    } finally {
      await other.remove()
    }
  })

  it('one flipped byte in a stored document costs that session only, and nothing is moved', async () => {
    const stores = home.open()
    for (const [id, letter] of [
      ['s1', 'q'],
      ['s2', 'w'],
    ] as const) {
      await stores.sessions.save(sessionEntry(id))
      await stores.documents.append(id, [commit(1), largeCommit(2, 50, letter)])
    }
    await stores.close()
    const at = readFileSync(home.file).indexOf('q'.repeat(50))
    overwrite(home.file, at + 7, Buffer.from('Q'))
    const again = home.open()
    const load = again.documents.load('s1')
    await expect(load).rejects.toMatchObject({ code: 'store_damaged', message: expect.stringContaining('session s1') })
    expect(await again.sessions.get('s1')).toEqual(sessionEntry('s1'))
    expect((await again.documents.load('s2'))?.commits).toEqual([commit(1), largeCommit(2, 50, 'w')])
    expect(noticesOf(again)).toEqual([])
    expect(home.list()).not.toContain(ASIDE)

    await again.documents.saveSnapshot('s1', 'e2', 1, { title: 'anew', roots: [], records: [] })
    expect((await again.documents.load('s1'))?.snapshot.title).toBe('anew')
  })

  describe('found while running', () => {
    const MIB = 1024 * 1024

    /** A database too large to be read through at the start: `big` fills it, s1 and s2 are small. */
    async function fillLarge(): Promise<void> {
      const stores = home.open()
      for (const id of ['s1', 'big', 's2']) await stores.sessions.save(sessionEntry(id))
      await stores.documents.append('s1', [commit(1)])
      for (let version = 1; version <= 34; version++) {
        // Nowhere the same, as what is equal is stored once.
        const value = Array.from({ length: MIB / 8 }, (_, n) => String(version * MIB + n).padStart(8)).join('')
        await stores.documents.append('big', [commit(version, [{ op: 'set', id: 'a', path: ['text'], value }])])
      }
      await stores.documents.append('s2', [commit(1)])
      await stores.close()
    }

    it('the call succeeds on the new database, the other sessions are there, the person is told', async () => {
      await fillLarge()
      const pages = leafPages(home.file, 'pieces')
      damagePage(home.file, pages[pages.length >> 1]!)
      const stores = home.open()
      const notices = noticesOf(stores)
      expect(await stores.sessions.list()).toHaveLength(3)
      expect(notices).toEqual([])
      await expect(stores.documents.load('big')).rejects.toMatchObject({ code: 'store_damaged' })
      expect(notices).toMatchObject([{ level: 'warning', text: expect.stringContaining(ASIDE) }])
      expect((await stores.documents.load('s1'))?.commits).toEqual([commit(1)])
      expect((await stores.documents.load('s2'))?.commits).toEqual([commit(1)])
      expect(home.list()).toContain(ASIDE)
    })

    /** Damages tables in the file under an open store, and makes it look at the file again. */
    function damageUnder(tables: string[]): void {
      const other = new Database(home.file)
      other.pragma('wal_checkpoint(TRUNCATE)')
      for (const table of tables) for (const page of leafPages(home.file, table)) damagePage(home.file, page)
      other.pragma('application_id = 7')
      other.close()
    }

    it('a running session whose document is lost goes on by a snapshot of the whole, never from the empty document', async () => {
      const stores = home.open()
      const notices = noticesOf(stores)
      await stores.sessions.save(sessionEntry('live'))
      await stores.documents.append('live', [commit(1)])
      await stores.sessions.save(sessionEntry('past', { state: 'closed' }))
      damageUnder(['sessions', 'documents', 'snapshots'])

      await expect(stores.documents.append('live', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })
      expect(notices).toMatchObject([{ level: 'warning', text: expect.stringContaining(ASIDE) }])
      expect(await stores.sessions.list()).toEqual([sessionEntry('live')])
      await expect(stores.documents.append('live', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })

      const whole = { title: 'title 2', roots: [], records: [] }
      await stores.documents.saveSnapshot('live', 'e1', 2, whole)
      await stores.documents.append('live', [commit(3)])
      await stores.close()
      expect(await home.open().documents.load('live')).toEqual({
        epoch: 'e1',
        version: 2,
        snapshot: whole,
        commits: [commit(3)],
      })
    })

    it.skipIf(process.platform === 'win32')(
      'a database deleted under a running session is made again and the session stored whole',
      async () => {
        const stores = home.open()
        await stores.sessions.save(sessionEntry('live'))
        await stores.documents.append('live', [commit(1)])
        rmSync(home.file)
        await expect(stores.documents.append('live', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })
        await stores.documents.saveSnapshot('live', 'e1', 2, { title: 'whole', roots: [], records: [] })
        await stores.close()
        const again = home.open()
        expect(await again.sessions.get('live')).toEqual(sessionEntry('live'))
        expect(await again.documents.load('live')).toMatchObject({ version: 2, snapshot: { title: 'whole' } })
      },
    )

    it('two processes that meet the same damage move it aside once', async () => {
      const one = home.open()
      const two = home.open()
      for (const [stores, id] of [
        [one, 'a'],
        [two, 'b'],
      ] as const)
        await stores.sessions.save(sessionEntry(id))
      damageUnder(['sessions'])
      expect(await one.sessions.get('a')).toEqual(sessionEntry('a'))
      expect(await two.sessions.get('b')).toEqual(sessionEntry('b'))
      expect(await one.sessions.get('b')).toEqual(sessionEntry('b'))
      const kept = home.list().filter((name) => name.startsWith(ASIDE) && !/-(wal|shm)$/.test(name))
      expect(kept).toEqual([ASIDE])
    })
  })
})
