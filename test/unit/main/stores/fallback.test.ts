import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OrielError } from '../../../../src/shared/errors.ts'
import { silentLog } from '../../../../src/main/log.ts'
import { openWithFallback } from '../../../../src/main/stores/fallback.ts'
import { openDesktopStores } from '../../../../src/main/stores/index.ts'
import { openSqliteStores } from '../../../../src/main/stores/sqlite.ts'
import type { DesktopStores } from '../../../../src/main/stores/types.ts'
import { commit, largeCommit, NOON, noticesOf, sessionEntry, StoreHome } from '../../../support/store-home.ts'

/** Timers that run when told to. */
class Timers {
  readonly waits: number[] = []
  #run: (() => void) | null = null

  readonly schedule = (run: () => void, ms: number): (() => void) => {
    this.waits.push(ms)
    this.#run = run
    return () => {
      this.#run = null
    }
  }

  get armed(): boolean {
    return this.#run !== null
  }

  /** The pending timer goes off; whatever it started is done when a later call of the stores is. */
  fire(): void {
    const run = this.#run
    this.#run = null
    run?.()
  }
}

const placement = { widgetId: 'w', title: 'Main', bounds: { x: 1, y: 2, width: 300, height: 200 }, open: true }
const snapshot = (title: string) => ({ title, roots: [], records: [] })

describe('stores while the disk refuses', () => {
  let home: StoreHome
  let timers: Timers
  beforeEach(() => {
    home = new StoreHome()
    timers = new Timers()
  })
  afterEach(() => home.remove())

  describe('a full database file', () => {
    let pragma: (text: string) => unknown
    let stores: DesktopStores

    beforeEach(async () => {
      stores = home.track(
        await openWithFallback({
          open: async () =>
            openSqliteStores({
              homeDir: home.dir,
              log: silentLog,
              now: () => NOON,
              configure: (set) => {
                pragma = set
              },
            }),
          log: silentLog,
          schedule: timers.schedule,
        }),
      )
      for (const id of ['s1', 's2']) {
        await stores.sessions.save(sessionEntry(id))
        await stores.documents.append(id, [commit(1)])
      }
      await stores.sessions.savePlacement('s1', placement)
    })

    /** SQLite answers SQLITE_FULL, as it does for a full disk. */
    const fillDisk = () => pragma(`max_page_count = 1`)
    const freeDisk = () => pragma(`max_page_count = 1000000`)

    it('[J12] a write that finds it full is kept in memory, and the person is told once', async () => {
      const notices = noticesOf(stores)
      fillDisk()
      const size = await stores.documents.append('s1', [largeCommit(2, 100_000)])
      expect(size.logCommits).toBe(2)
      await stores.documents.append('s1', [commit(3)])
      expect(stores.durable).toBe(false)
      expect(notices).toEqual([
        { name: 'store', level: 'warning', text: expect.stringMatching(/disk is full.*kept in memory/) },
      ])
      expect(noticesOf(stores)).toEqual(notices)
      expect((await stores.documents.load('s1'))?.commits).toEqual([commit(1), largeCommit(2, 100_000), commit(3)])
      expect((await stores.documents.load('s2'))?.commits).toEqual([commit(1)])
      expect(await stores.sessions.listPlacements('s1')).toEqual([placement])
    })

    it('[J12] all is stored when the disk takes writes again, and the notice goes', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000)])
      await stores.sessions.save(sessionEntry('s3', { lastUsedAt: NOON + 1 }))
      await stores.sessions.savePlacement('s3', placement)
      await stores.documents.saveSnapshot('s3', 'e1', 1, snapshot('three'))
      await stores.sessions.remove('s2')
      await stores.trust.trust('aa', '/a.ts')
      expect(await stores.trust.isTrusted('aa')).toBe(true)
      expect((await stores.sessions.list()).map((entry) => entry.sessionId)).toEqual(['s3', 's1'])
      expect((await stores.sessions.findByScript('/script.ts'))?.sessionId).toBe('s3')
      const notices = noticesOf(stores)

      timers.fire()
      await stores.sessions.list()
      expect(stores.durable).toBe(false)

      freeDisk()
      timers.fire()
      await stores.sessions.list()
      expect(stores.durable).toBe(true)
      expect(notices.at(-1)).toEqual({ name: 'store', cleared: true })
      expect(noticesOf(stores)).toEqual([])
      expect(timers.armed).toBe(false)
      await stores.documents.append('s1', [commit(3)])

      await stores.close()
      const again = home.open()
      expect((await again.sessions.list()).map((entry) => entry.sessionId)).toEqual(['s3', 's1'])
      expect(await again.documents.load('s1')).toMatchObject({ version: 0 })
      expect((await again.documents.load('s1'))?.commits).toEqual([commit(1), largeCommit(2, 100_000), commit(3)])
      expect(await again.documents.load('s3')).toMatchObject({ version: 1, snapshot: snapshot('three'), commits: [] })
      expect(await again.sessions.listPlacements('s3')).toEqual([placement])
      expect(await again.trust.isTrusted('aa')).toBe(true)
    })

    it('tries again after 5 s, then ever later, at most a minute apart', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000)])
      for (let round = 0; round < 6; round++) {
        timers.fire()
        await stores.sessions.list()
      }
      expect(timers.waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
    })

    it('the log is folded in memory too, and what was folded is stored', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000), commit(3)])
      await stores.documents.saveSnapshot('s1', 'e1', 3, snapshot('folded'))
      expect(await stores.documents.append('s1', [commit(4)])).toMatchObject({ logCommits: 1 })
      freeDisk()
      timers.fire()
      expect(await stores.documents.append('s1', [commit(5)])).toMatchObject({ logCommits: 2 })
      expect(stores.durable).toBe(true)
      expect(await stores.documents.load('s1')).toEqual({
        epoch: 'e1',
        version: 3,
        snapshot: snapshot('folded'),
        commits: [commit(4), commit(5)],
      })
    })

    it('a session removed and made anew meanwhile has nothing of the old one', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000)])
      expect(await stores.sessions.remove('s1')).toBe(true)
      expect(await stores.sessions.remove('s1')).toBe(false)
      expect(await stores.sessions.get('s1')).toBeNull()
      await stores.sessions.save(sessionEntry('s1', { title: 'Anew' }))
      freeDisk()
      timers.fire()
      expect(await stores.sessions.listPlacements('s1')).toEqual([])
      expect(stores.durable).toBe(true)
      expect(await stores.documents.load('s1')).toBeNull()
      expect((await stores.sessions.get('s1'))?.title).toBe('Anew')
    })

    it('close stores what is in memory if the disk takes it by then', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000)])
      freeDisk()
      await stores.close()
      expect(timers.armed).toBe(false)
      expect((await home.open().documents.load('s1'))?.commits).toHaveLength(2)
    })

    it('close ends also when the disk still refuses; what was stored before is there', async () => {
      fillDisk()
      await stores.documents.append('s1', [largeCommit(2, 100_000)])
      await stores.close()
      expect((await home.open().documents.load('s1'))?.commits).toEqual([commit(1)])
    })

    it('no call overtakes another at the moment the disk fills up or takes writes again', async () => {
      const versions = Array.from({ length: 60 }, (_, index) => index + 2)
      const appended: Promise<unknown>[] = []
      for (const [index, version] of versions.entries()) {
        appended.push(stores.documents.append('s1', [largeCommit(version, 3_000)]))
        // With ten calls waiting each time.
        if (index === 20) await appended[10]!.then(fillDisk)
        if (index === 40) {
          await appended[30]!.then(freeDisk)
          expect(stores.durable).toBe(false)
          timers.fire()
        }
      }
      await Promise.all(appended)
      expect(stores.durable).toBe(true)
      expect((await stores.documents.load('s1'))?.commits.map((one) => one.version)).toEqual([1, ...versions])
    })
  })

  describe('a home that cannot be made', () => {
    it('[J12] runs in memory from the start, and stores all once the folder can be made', async () => {
      const inTheWay = path.join(home.dir, 'folder')
      writeFileSync(inTheWay, 'a file')
      const homeDir = path.join(inTheWay, 'oriel')
      const options = { homeDir, log: silentLog, now: () => NOON, schedule: timers.schedule }
      const stores = home.track(await openDesktopStores(options))
      expect(stores.durable).toBe(false)
      expect(noticesOf(stores)).toMatchObject([{ level: 'warning', text: expect.stringContaining(homeDir) }])
      await stores.sessions.save(sessionEntry('s1'))
      await stores.documents.append('s1', [commit(1)])
      await stores.trust.trust('aa', '/a.ts')

      rmSync(inTheWay)
      timers.fire()
      expect((await stores.documents.load('s1'))?.commits).toEqual([commit(1)])
      expect(stores.durable).toBe(true)
      await stores.close()
      const again = home.track(await openDesktopStores(options))
      expect(await again.sessions.get('s1')).toEqual(sessionEntry('s1'))
      expect((await again.documents.load('s1'))?.commits).toEqual([commit(1)])
      expect(await again.trust.isTrusted('aa')).toBe(true)
    })

    it('a folder where the database should be is no reason to stop, nor to touch the folder', async () => {
      mkdirSync(home.file)
      writeFileSync(path.join(home.file, 'precious'), '')
      const stores = home.track(
        await openDesktopStores({ homeDir: home.dir, log: silentLog, now: () => NOON, schedule: timers.schedule }),
      )
      expect(stores.durable).toBe(false)
      expect(home.list()).toEqual(['oriel.db'])
    })
  })

  it('a disk that can no longer be read either: the running session goes on by a snapshot of the whole', async () => {
    let refuse = false
    const inner = home.open()
    const guard = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (_, key) => {
          const member: unknown = Reflect.get(target, key)
          if (typeof member !== 'function') return member
          return async (...args: unknown[]): Promise<unknown> => {
            if (refuse) throw new OrielError('store_unwritable', 'The disk is gone.')
            return Reflect.apply(member, target, args)
          }
        },
      })
    const durable: DesktopStores = {
      durable: true,
      sessions: guard(inner.sessions),
      documents: guard(inner.documents),
      trust: guard(inner.trust),
      onNotice() {},
      close: () => inner.close(),
    }
    const stores = home.track(
      await openWithFallback({ open: async () => durable, log: silentLog, schedule: timers.schedule }),
    )
    await stores.sessions.save(sessionEntry('live'))
    await stores.documents.append('live', [commit(1)])
    await stores.sessions.update('live', { title: 'Renamed' })
    refuse = true
    expect(await stores.sessions.list()).toEqual([])
    expect(await stores.trust.isTrusted('aa')).toBe(false)
    expect(stores.durable).toBe(false)
    await expect(stores.documents.load('live')).rejects.toMatchObject({ code: 'store_unwritable', retryable: true })

    await expect(stores.documents.append('live', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })
    await stores.documents.saveSnapshot('live', 'e1', 2, snapshot('two'))
    await stores.documents.append('live', [commit(3)])
    expect((await stores.sessions.get('live'))?.title).toBe('Renamed')
    await stores.sessions.save(sessionEntry('new'))
    await expect(stores.sessions.list()).resolves.toHaveLength(2)

    refuse = false
    timers.fire()
    expect(await stores.documents.load('live')).toMatchObject({ version: 2, snapshot: snapshot('two') })
    expect(stores.durable).toBe(true)
    expect((await stores.documents.load('live'))?.commits).toEqual([commit(3)])
    expect(await stores.sessions.get('new')).toEqual(sessionEntry('new'))
  })
})
