import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { silentLog } from '../../src/main/log.ts'
import { createScriptRunner } from '../../src/main/scripts/index.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { RoomHarness } from './room-harness.ts'
import { sessionEntry } from './store-home.ts'

/*
 * Prints how many MiB one idle session (`session`) or one bare thread (`thread`) adds to this process: `node --expose-gc
 * memory-child.ts KIND`. The first is not counted, as it pays for what all share. Needs the app to be built.
 */

const COUNT = 6
const built = (file: string): URL => pathToFileURL(path.resolve(import.meta.dirname, '../../out/main', file))
const home = mkdtempSync(path.join(tmpdir(), 'oriel-memory-'))

async function startThread(): Promise<void> {
  const worker = new Worker('setInterval(() => {}, 1e6)', { eval: true })
  await once(worker, 'online')
}

const stores = await openDesktopStores({ homeDir: home, log: silentLog, now: Date.now })
const runner = createScriptRunner({
  runtime: {
    oriel: built('sdk/index.js').href,
    react: import.meta.resolve('react'),
    'react/jsx-runtime': import.meta.resolve('react/jsx-runtime'),
    zod: import.meta.resolve('zod'),
  },
  workerUrl: built('scripts/worker.js'),
  tempDir: path.join(home, 'scripts'),
  log: silentLog,
})
const script = path.join(home, 'idle.oriel.ts')
writeFileSync(script, `import { session } from 'oriel'\nsetInterval(() => session.get('clientId'), 1e6)\n`)

async function startSession(n: number): Promise<void> {
  const sessionId = `s${n}`
  await stores.sessions.save(sessionEntry(sessionId))
  const rooms = new RoomHarness({ sessionId, store: stores.documents, stored: null })
  const peer = rooms.room.addPeer('script', null)
  const run = runner.start({
    bundle: await runner.bundle(script),
    sessionId,
    clientId: 'client-1',
    workerId: `w${n}`,
    arguments: {},
    ticket: rooms.lobby.issueTicket({ room: rooms.room, peer }, 60_000),
    memoryLimitMiB: 512,
    isNew: true,
  })
  const loaded = new Promise<void>((resolve) => run.onLoaded(resolve))
  rooms.lobby.receive(run.carrier)
  const failed = run.exit.then((exit) => Promise.reject(new Error(JSON.stringify(exit))))
  await Promise.race([loaded, failed])
  failed.catch(() => {})
}

const start = process.argv[2] === 'session' ? startSession : startThread
await start(0)
const before = await settled()
for (let n = 1; n <= COUNT; n++) await start(n)
writeSync(1, String(((await settled()) - before) / COUNT / 2 ** 20))
rmSync(home, { recursive: true, force: true })
process.exit(0)

/** Bytes of this process, once what is not needed is collected. */
async function settled(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc!()
    await wait(100)
  }
  return process.memoryUsage.rss()
}
