import { writeSync } from 'node:fs'
import { silentLog } from '../../src/main/log.ts'
import { openRedisStores } from '../../src/main/stores/redis.ts'
import { largeCommit, sessionEntry } from './store-home.ts'

/*
 * A process of its own on the Redis stores: `node redis-store-child.ts URL`. It appends until it is killed or refused, folds
 * now and then, and prints each version once it is stored, or the code of what refused it.
 */

const print = (line: string | number): void => void writeSync(1, `${line}\n`)
const stores = await openRedisStores({ url: process.argv[2]!, log: silentLog })
await stores.sessions.save(sessionEntry('s1'))
try {
  for (let version = 1; ; version++) {
    const bytes = version % 10 === 0 ? 600_000 : (version * 37) % 2_000
    const { logCommits } = await stores.documents.append('s1', [largeCommit(version, bytes)])
    print(version)
    if (logCommits < 30) continue
    const note = { id: 'note', type: 'note', props: { version } }
    const change = { head: { title: `${version}`, roots: [] }, changed: [note], added: [], removed: [] }
    await stores.documents.fold('s1', { epoch: 'e1', version }, change)
  }
} catch (error) {
  print(`refused: ${(error as { code?: string }).code}`)
}
await stores.close()
