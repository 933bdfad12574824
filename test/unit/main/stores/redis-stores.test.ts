import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@redis/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { connectRedisStores, openRedisStores } from '../../../../src/main/stores/redis.ts'
import type { RedisStoreOptions } from '../../../../src/main/stores/redis.ts'
import type { DesktopStores, StoredDocument } from '../../../../src/main/stores/types.ts'
import { NO_REDIS, RedisServer } from '../../../support/redis-server.ts'
import { commit, largeCommit, noticesOf, sessionEntry } from '../../../support/store-home.ts'

const CHILD = path.resolve(import.meta.dirname, '../../../support/redis-store-child.ts')
const NO_CHANGE = { head: null, changed: [], added: [], removed: [] }

const lastOf = (stored: StoredDocument | null): number => stored!.commits.at(-1)?.version ?? stored!.version

describe.skipIf(NO_REDIS)('sessions on Redis', { timeout: 60_000 }, () => {
  let server: RedisServer
  let raw: ReturnType<typeof createClient>
  let opened: DesktopStores[]
  let children: ChildProcess[]
  beforeAll(async () => {
    server = await RedisServer.start(['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'])
    raw = createClient({ url: server.url })
    raw.on('error', () => {})
    await raw.connect()
  })
  afterAll(async () => {
    raw.destroy()
    await server.stop()
  })
  beforeEach(async () => {
    opened = []
    children = []
    await raw.flushAll()
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    for (const stores of opened) await stores.close()
  })

  const track = (stores: DesktopStores): DesktopStores => {
    opened.push(stores)
    return stores
  }
  const connect = async (options: Partial<RedisStoreOptions> = {}): Promise<DesktopStores> =>
    track(await connectRedisStores({ url: server.url, log: silentLog, ...options }))

  /** A process that appends; `until` resolves once it has printed so many lines. */
  function author(): {
    child: ChildProcess
    lines: string[]
    until: (count: number) => Promise<void>
    end: Promise<void>
  } {
    const child = spawn(process.execPath, [CHILD, server.url], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const lines: string[] = []
    const reader = createInterface({ input: child.stdout })
    reader.on('line', (line) => lines.push(line))
    const end = once(reader, 'close').then(() => {})
    const until = async (count: number): Promise<void> => {
      while (lines.length < count) await once(reader, 'line')
    }
    return { child, lines, until, end }
  }

  it('J17 a process is killed while it writes: the next finds every commit that was told stored, and goes on', async () => {
    for (const [round, count] of [3, 31, 45, 75].entries()) {
      await raw.flushAll()
      const { child, lines, until, end } = author()
      await until(count)
      child.kill('SIGKILL')
      await end
      const told = Number(lines.at(-1))
      const stores = await connect()
      const stored = await stores.documents.load('s1')
      const last = lastOf(stored)
      // The commit under way may have been stored before anyone was told.
      expect([told, told + 1]).toContain(last)
      expect(stored!.commits.map(({ version }) => version)).toEqual(
        Array.from({ length: last - stored!.version }, (_, n) => stored!.version + n + 1),
      )
      expect(await stores.documents.takeOver('s1', { epoch: 'e1', version: last }, 'e2')).toMatchObject({
        logCommits: stored!.commits.length,
      })
      await stores.documents.append('s1', [{ ...commit(last + 1), epoch: 'e2' }])
      await stores.documents.fold('s1', { epoch: 'e2', version: last + 1 }, NO_CHANGE)
      expect(await stores.documents.load('s1'), `round ${round}`).toMatchObject({ version: last + 1, commits: [] })
    }
  })

  it('J17 a process that stood still while another took its session over can write no more', async () => {
    const { child, lines, until, end } = author()
    await until(40)
    child.kill('SIGSTOP')
    const stores = await connect()
    const take = async (): Promise<number> => {
      for (;;) {
        const last = lastOf(await stores.documents.load('s1'))
        if (await stores.documents.takeOver('s1', { epoch: 'e1', version: last }, 'e2')) return last
      }
    }
    const last = await take()
    await stores.documents.append('s1', [{ ...commit(last + 1), epoch: 'e2' }])
    child.kill('SIGCONT')
    await end
    expect(lines.at(-1)).toBe('refused: bad_value')
    const stored = await stores.documents.load('s1')
    expect(stored).toMatchObject({ epoch: 'e2' })
    expect(lastOf(stored)).toBe(last + 1)
  })

  it('J17 an epoch that is over does not come back by a snapshot either', async () => {
    const [first, second] = [await connect(), await connect()]
    await first.sessions.save(sessionEntry('s1'))
    await first.documents.append('s1', [commit(1)])
    await second.documents.takeOver('s1', { epoch: 'e1', version: 1 }, 'e2')
    const whole = { title: 'of the first', roots: [], records: [] }
    await expect(first.documents.saveSnapshot('s1', 'e1', 9, whole)).rejects.toMatchObject({ code: 'bad_value' })
    expect(await second.documents.load('s1')).toMatchObject({ epoch: 'e2', version: 0, commits: [{ version: 1 }] })
  })

  it('J18 a session that is not written any more ends as a whole, and each write begins its lifetime anew', async () => {
    const stores = await connect({ ttl: 0.6 })
    await stores.sessions.save(sessionEntry('s1'))
    await stores.sessions.savePlacement('s1', { widgetId: 'w', title: 'W', bounds: null, open: true })
    for (let version = 1; version <= 8; version++) {
      await new Promise((resolve) => setTimeout(resolve, 120))
      await stores.documents.append('s1', [
        version % 2 === 0 ? largeCommit(version, 600_000, `${version}`) : commit(version),
      ])
    }
    const record = { id: 'a', type: 'note', props: {} }
    await stores.documents.fold('s1', { epoch: 'e1', version: 4 }, { ...NO_CHANGE, added: [record] })
    expect(await stores.documents.load('s1')).toMatchObject({ version: 4, snapshot: { records: [record] } })
    for (const key of await raw.keys('*')) expect(await raw.pTTL(key), key).toBeGreaterThan(0)
    await expect.poll(() => stores.sessions.get('s1')).toBeNull()
    expect(await stores.sessions.list()).toEqual([])
    expect(await stores.documents.load('s1')).toBeNull()
    await expect.poll(() => raw.keys('*')).toEqual(['oriel:index:mark'])
  })

  it('J18 without a lifetime no key has one; what was removed, folded away or replaced leaves nothing behind', async () => {
    const stores = await connect({ ttl: null })
    const record = (version: number) => ({ id: 'a', type: 'note', props: { text: `${version}`.repeat(600_000) } })
    await stores.sessions.save(sessionEntry('s1'))
    for (let version = 1; version <= 5; version++) {
      await stores.documents.append('s1', [largeCommit(version, 600_000, `${version}`)])
      await stores.documents.fold('s1', { epoch: 'e1', version }, { ...NO_CHANGE, changed: [record(version)] })
    }
    const sizes = async () => ({
      pieces: await raw.hLen('oriel:saved:s1:pieces:0'),
      refs: await raw.hLen('oriel:saved:s1:refs:0'),
      keys: (await raw.keys('*')).length,
    })
    // The text of the record in pieces, of which two are alike, and no log.
    expect(await sizes()).toMatchObject({ pieces: 2, refs: 2 })
    for (const key of await raw.keys('oriel:saved:*')) expect(await raw.pTTL(key), key).toBe(-1)
    await stores.documents.saveSnapshot('s1', 'e2', 5, { title: '', roots: [], records: [] })
    expect(await sizes()).toMatchObject({ pieces: 0, refs: 0 })
    await stores.sessions.remove('s1')
    expect(await raw.keys('*')).toEqual(['oriel:index:mark'])
  })

  it('J7 a byte that was changed on the server is noticed, and that session alone is damaged', async () => {
    const stores = await connect()
    for (const id of ['s1', 's2']) {
      await stores.sessions.save(sessionEntry(id))
      await stores.documents.append(id, [commit(1)])
    }
    const [log] = (await raw.keys('oriel:saved:s1:commits:*')) as [string]
    await raw.hSet(log, '1', (await raw.hGet(log, '1'))!.replace('title 1', 'title 2'))
    await expect(stores.documents.load('s1')).rejects.toMatchObject({ code: 'store_damaged' })
    expect(lastOf(await stores.documents.load('s2'))).toBe(1)
  })

  it('a document that was lost under the process is not gone on with as if it were new', async () => {
    const stores = await connect()
    await stores.sessions.save(sessionEntry('s1'))
    await stores.documents.append('s1', [commit(1), commit(2)])
    await raw.del(await raw.keys('oriel:saved:s1:*'))
    await expect(stores.documents.append('s1', [commit(3)])).rejects.toMatchObject({ code: 'store_damaged' })
    await stores.documents.saveSnapshot('s1', 'e1', 3, { title: 'anew', roots: [], records: [] })
    await stores.documents.append('s1', [commit(4)])
    expect(await stores.documents.load('s1')).toMatchObject({ version: 3, commits: [{ version: 4 }] })
  })

  it('J17 a server that was emptied gets the sessions that run here again; what somebody removed stays removed', async () => {
    const [stores, other] = [await connect(), await connect()]
    for (const id of ['s1', 's2', 's3']) {
      await stores.sessions.save(sessionEntry(id))
      await stores.documents.append(id, [commit(1)])
    }
    await stores.sessions.update('s1', { title: 'changed' })
    await other.sessions.remove('s3')
    await expect(stores.documents.append('s3', [commit(2)])).rejects.toMatchObject({ code: 'unknown_session' })
    await stores.sessions.remove('s3')
    await raw.flushAll()
    // The room then sends the whole.
    await expect(stores.documents.append('s1', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })
    await stores.documents.saveSnapshot('s1', 'e1', 2, { title: 'anew', roots: [], records: [] })
    // Calls that find out at the same time are all right.
    await raw.flushAll()
    const both = ['s1', 's2'].map((id) => stores.documents.append(id, [commit(3)]))
    for (const result of await Promise.allSettled(both))
      expect(result).toMatchObject({ reason: { code: 'store_damaged' } })
    expect(await other.sessions.get('s1')).toEqual(sessionEntry('s1', { title: 'changed' }))
    expect((await other.sessions.list()).map(({ sessionId }) => sessionId).toSorted()).toEqual(['s1', 's2'])
    await expect(other.documents.append('s3', [commit(1)])).rejects.toMatchObject({ code: 'unknown_session' })
  })

  it('[M10] without a server opening fails, and says where without the password', async () => {
    const start = performance.now()
    const url = 'redis://someone:s3cret@127.0.0.1:1/2'
    const error = await openRedisStores({ url, log: silentLog }).then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'not_connected' })
    expect((error as Error).message).toContain('redis://someone:***@127.0.0.1:1/2')
    expect((error as Error).message).not.toContain('s3cret')
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('J12 while the server is away the app goes on in memory, says so, and stores it all once it is back', async () => {
    let retry = (): void => {}
    const schedule = (run: () => void) => {
      retry = run
      return () => {}
    }
    const stores = track(await openRedisStores({ url: server.url, log: silentLog, schedule }))
    const notices = noticesOf(stores)
    await stores.sessions.save(sessionEntry('s1'))
    await stores.documents.append('s1', [commit(1)])
    await server.kill()
    // It cannot be read either: the room sends the whole.
    await expect(stores.documents.append('s1', [commit(2)])).rejects.toMatchObject({ code: 'store_damaged' })
    expect(stores.durable).toBe(false)
    expect(notices).toHaveLength(1)
    await stores.documents.saveSnapshot('s1', 'e1', 2, { title: 'at 2', roots: [], records: [] })
    await stores.documents.append('s1', [commit(3)])
    await server.restart()
    await expect.poll(() => (retry(), stores.sessions.list().then(() => stores.durable))).toBe(true)
    expect(notices.at(-1)).toMatchObject({ cleared: true })
    const other = await connect()
    expect(await other.documents.load('s1')).toMatchObject({ version: 2, commits: [{ version: 3 }] })
  })

  it('J17 what a process kept in memory while the server was away does not undo what another made of the session', async () => {
    let retry = (): void => {}
    const schedule = (run: () => void) => {
      retry = run
      return () => {}
    }
    const stores = track(await openRedisStores({ url: server.url, log: silentLog, schedule }))
    await stores.sessions.save(sessionEntry('s1', { title: 'first' }))
    await stores.documents.append('s1', [commit(1)])
    await stores.sessions.save(sessionEntry('s2'))
    await server.kill()
    await stores.sessions.save(sessionEntry('s1', { title: 'of the first' }))
    await stores.documents.saveSnapshot('s1', 'e1', 2, { title: 'of the first', roots: [], records: [] })
    await stores.documents.saveSnapshot('s2', 'e1', 2, { title: 'mine', roots: [], records: [] })
    await server.restart()
    const ready = () => connect().then(Boolean, () => false)
    await expect.poll(ready).toBe(true)
    const other = await connect()
    await other.documents.takeOver('s1', { epoch: 'e1', version: 1 }, 'e2')
    await other.documents.append('s1', [{ ...commit(2), epoch: 'e2' }])
    await other.sessions.update('s1', { title: 'of the other' })
    await expect.poll(() => (retry(), stores.sessions.list().then(() => stores.durable))).toBe(true)
    expect(await other.documents.load('s1')).toMatchObject({ epoch: 'e2', commits: [{ version: 1 }, { version: 2 }] })
    expect(await other.sessions.get('s1')).toMatchObject({ title: 'of the other' })
    expect(await other.documents.load('s2')).toMatchObject({ version: 2, snapshot: { title: 'mine' } })
    await expect(stores.documents.append('s1', [commit(3)])).rejects.toMatchObject({ code: 'bad_value' })
  })
})
