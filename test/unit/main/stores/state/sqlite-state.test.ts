import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSqliteStores } from '../../../../../src/main/stores/state/sqlite.ts'
import type { StateStores } from '../../../../../src/main/stores/state/types.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'
import { StateProcess } from '../../../../support/state-process.ts'
import { NOON, StoreHome, commit, sessionEntry } from '../../../../support/store-home.ts'

describe('state stores in the database of the app', () => {
  let home: StoreHome
  let log: RecordedLog
  let opened: StateStores[]
  const open = (): StateStores => {
    const stores = createSqliteStores({ path: home.file, log, now: () => NOON })
    opened.push(stores)
    return stores
  }
  beforeEach(() => {
    home = new StoreHome()
    log = new RecordedLog()
    opened = []
  })
  afterEach(async () => {
    for (const stores of opened) await stores.close()
    await home.remove()
  })

  it('[W8] share the file with sessions and documents, whoever opened it first', async () => {
    const state = open()
    await state.widgets.register('w', 'x')
    const app = home.open()
    await app.sessions.save(sessionEntry('s1'))
    await app.documents.append('s1', [commit(1)])
    await state.sessions.createSession('s1', 'u')
    expect(await state.widgets.listActive()).toEqual(['w'])
    expect((await app.sessions.list()).map((one) => one.sessionId)).toEqual(['s1'])
    expect(readdirSync(home.dir).filter((name) => name.endsWith('.db'))).toEqual(['oriel.db'])
  })

  it('[J10] a damaged file is moved aside, and what can be read goes on, the app’s sessions too', async () => {
    const app = home.open()
    await app.sessions.save(sessionEntry('s1'))
    const state = open()
    const events = state.bus.subscribe('c')
    for (let n = 0; n < 2_000; n++) await state.widgets.register(`w${n}`, 'x'.repeat(500))
    await state.sessions.createSession('kept', 'u', { roles: ['r'] })
    await state.sessions.setRolePermissions('r', ['fly'])
    damageTable(home.file, 'state_widgets')
    const listed = await state.widgets.listActive()
    expect(listed.length).toBeGreaterThan(500)
    expect(listed.length).toBeLessThan(2_000)
    expect(await state.sessions.checkPermission('kept', 'doc', '1', 'fly')).toBe(true)
    expect(log.lines.some((line) => line.includes('moved aside'))).toBe(true)
    expect(home.list().some((name) => name.startsWith('oriel.db.damaged-'))).toBe(true)
    expect((await app.sessions.list()).map((one) => one.sessionId)).toEqual(['s1'])
    await state.bus.publish('c', { eventType: 'after', widgetId: 'w' })
    expect((await events.next()).value).toMatchObject({ eventType: 'after' })
  })

  it('[J11] a database of a newer version is refused', async () => {
    home.open()
    const db = new Database(home.file)
    db.pragma('user_version = 1000')
    db.close()
    expect(open).toThrow(expect.objectContaining({ code: 'store_newer' }))
  })

  it('[W1] what a call resolved for survives kill -9 of its process', async () => {
    const child = new StateProcess({ kind: 'sqlite', options: { path: home.file } })
    await child.call([
      ['widgets', 'register', 'w', 'x'],
      ['sessions', 'createSession', 's', 'u'],
    ])
    child.kill()
    const state = createSqliteStores({ path: home.file, log })
    opened.push(state)
    expect(await state.widgets.exists('w')).toBe(true)
    expect(await state.sessions.validateSession('s')).toBe(true)
  })

  it('[W7] whoever opens a new file while another process is just making it waits', { timeout: 20_000 }, async () => {
    const maker = new Database(home.file)
    maker.exec('BEGIN IMMEDIATE')
    const child = new StateProcess({ kind: 'sqlite', options: { path: home.file } })
    const written = child.call([['widgets', 'register', 'w', 'x']])
    // As long as it takes to start a process: what does not wait has failed by then.
    await Promise.race([written.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000))])
    maker.exec('COMMIT')
    maker.close()
    expect(await written).toEqual([null])
    await child.end()
  })

  it('[B7] the log of events stays short', async () => {
    const state = open()
    for (let n = 0; n < 3; n++) {
      await Promise.all(Array.from({ length: 6_000 }, () => state.bus.publish('c', { eventType: 'e', widgetId: 'w' })))
    }
    const db = new Database(home.file, { readonly: true })
    const count = db.prepare('SELECT count(*) FROM state_events').pluck().get() as number
    db.close()
    expect(count).toBeLessThan(10_500)
  })

  it('refuses a place that cannot be written, and none', () => {
    expect(() => createSqliteStores({ path: '' })).toThrow(expect.objectContaining({ code: 'bad_value' }))
    expect(() => createSqliteStores({ path: path.join(home.dir, 'sub\0') })).toThrow()
    expect(() => createSqliteStores({ path: path.join(process.execPath, 'x.db') })).toThrow(
      expect.objectContaining({ code: 'store_unwritable' }),
    )
  })
})

it('memory loads neither compiled code nor the Redis client', () => {
  const script = `
    const { createMemoryStores } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../../../../src/sdk/state.ts'))})
    const stores = createMemoryStores()
    await stores.widgets.register('w', 'x')
    await stores.close()
    const native = process.report.getReport().sharedObjects.filter((file) => /node_modules/.test(file))
    const redis = Object.keys((await import('node:module')).default._cache).filter((file) => /redis/.test(file))
    console.log(JSON.stringify({ native, redis }))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: '{"native":[],"redis":[]}', stderr: '' })
})

/** Overwrites a leaf in the middle of a table; the log is folded in first, so that it covers nothing up. */
function damageTable(file: string, table: string): void {
  const db = new Database(file)
  db.pragma('wal_checkpoint(TRUNCATE)')
  const pages = db
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all(table)
  const pageBytes = Number(db.pragma('page_size', { simple: true }))
  db.close()
  overwrite(file, (pages[Math.floor(pages.length / 2)]! - 1) * pageBytes, new Uint8Array(pageBytes).fill(0xa5))
}

function overwrite(file: string, position: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, position)
  closeSync(handle)
}
