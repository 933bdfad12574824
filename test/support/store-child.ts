import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { silentLog } from '../../src/main/log.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { openSqliteStores } from '../../src/main/stores/sqlite.ts'
import type { DesktopStores } from '../../src/main/stores/types.ts'
import { commit, largeCommit, NOON, sessionEntry } from './store-home.ts'

/*
 * A process of its own for the tests of stores: `node store-child.ts MODE HOME …`.
 * What it prints is printed at once, so that nothing is lost when the process is killed.
 */

const [mode, homeDir = '', sessionId = 's1', count = '0'] = process.argv.slice(2)
const options = { homeDir, log: silentLog, now: () => NOON }
const print = (line: string | number): void => void writeSync(1, `${line}\n`)

/** Appends until it is killed, printing each version once it is stored. Now and then it folds the log. */
async function appendForever(): Promise<void> {
  const stores = openSqliteStores(options)
  if (!(await stores.sessions.get(sessionId))) await stores.sessions.save(sessionEntry(sessionId))
  const stored = await stores.documents.load(sessionId)
  let version = stored?.commits.at(-1)?.version ?? stored?.version ?? 0
  for (;;) {
    version++
    const { logCommits } = await stores.documents.append(sessionId, [largeCommit(version, (version * 37) % 2_000)])
    print(version)
    if (logCommits >= 200)
      await stores.documents.saveSnapshot(sessionId, 'e1', version, { title: `${version}`, roots: [], records: [] })
  }
}

/** Appends `count` commits to its own session, and tells when it is done. */
async function appendSome(): Promise<void> {
  const stores = openSqliteStores(options)
  await stores.sessions.save(sessionEntry(sessionId))
  print('ready')
  for (let version = 1; version <= Number(count); version++) {
    await stores.documents.append(sessionId, [commit(version)])
    await stores.sessions.update(sessionId, { title: `at ${version}` })
  }
  await stores.close()
  print('done')
}

/** In a home on a small disk: fills the disk, goes on, frees it; then starts on the full, and on a read-only disk. Prints what it saw. */
async function runFull(): Promise<void> {
  let retry = (): void => {}
  const open = async (): Promise<DesktopStores> => {
    const stores = await openDesktopStores({
      ...options,
      schedule: (run) => {
        retry = run
        return () => {}
      },
    })
    stores.onNotice((notice) => print('cleared' in notice ? 'notice cleared' : notice.text.replace(homeDir, 'HOME')))
    return stores
  }
  const commits = async (opened: DesktopStores): Promise<string> => {
    const stored = (await opened.documents.load(sessionId))?.commits.length
    return `durable ${opened.durable}, commits ${stored}`
  }

  let stores = await open()
  await stores.sessions.save(sessionEntry(sessionId))
  await stores.documents.append(sessionId, [commit(1)])
  fillDisk()
  for (let version = 2; version <= 5; version++)
    await stores.documents.append(sessionId, [largeCommit(version, 200_000)])
  print(await commits(stores))
  rmSync(filler)
  retry()
  print(await commits(stores))
  await stores.close()

  fillDisk()
  stores = await open()
  await stores.documents.append(sessionId, [commit(6)])
  print(await commits(stores))
  rmSync(filler)
  retry()
  print(await commits(stores))
  await stores.close()

  execFileSync('mount', ['-o', 'remount,ro', homeDir])
  stores = await open()
  await stores.documents.append(sessionId, [commit(7)])
  print(await commits(stores))
  execFileSync('mount', ['-o', 'remount,rw', homeDir])
  retry()
  print(await commits(stores))
  await stores.close()
}

const filler = path.join(homeDir, 'filler')

/** To the last byte. */
function fillDisk(): void {
  for (let bytes = 1024 * 1024; bytes >= 1;) {
    try {
      writeFileSync(filler, new Uint8Array(bytes), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      bytes = Math.floor(bytes / 2)
    }
  }
}

const modes: Record<string, () => Promise<void>> = { appendForever, appendSome, runFull }
await modes[mode ?? '']!()
