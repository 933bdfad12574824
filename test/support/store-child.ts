import { readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { silentLog } from '../../src/main/log.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { openSqliteStores } from '../../src/main/stores/sqlite.ts'
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

/** In a home on a small disk: fills the disk, goes on, frees it. Prints what it saw. */
async function runFull(): Promise<void> {
  let retry = (): void => {}
  const schedule = (run: () => void): (() => void) => {
    retry = run
    return () => {}
  }
  const stores = await openDesktopStores({ ...options, schedule })
  stores.onNotice((notice) => print('cleared' in notice ? 'notice cleared' : notice.text))
  await stores.sessions.save(sessionEntry(sessionId))
  await stores.documents.append(sessionId, [commit(1)])

  const filler = path.join(homeDir, 'filler')
  try {
    for (let bytes = 4_096; ; bytes *= 2) writeFileSync(filler, new Uint8Array(bytes))
  } catch (error) {
    print(String((error as NodeJS.ErrnoException).code))
  }
  for (let version = 2; version <= 5; version++)
    await stores.documents.append(sessionId, [largeCommit(version, 200_000)])
  print(`durable ${stores.durable}`)
  rmSync(filler)
  retry()
  await stores.sessions.list()
  print(`durable ${stores.durable}`)
  await stores.close()

  const again = openSqliteStores(options)
  print(`stored ${(await again.documents.load(sessionId))?.commits.length}`)
  await again.close()
  print(`header ${readFileSync(path.join(homeDir, 'oriel.db')).toString('latin1', 0, 15)}`)
}

const modes: Record<string, () => Promise<void>> = { appendForever, appendSome, runFull }
await modes[mode ?? '']!()
