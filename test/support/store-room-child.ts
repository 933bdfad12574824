import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { silentLog } from '../../src/main/log.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { AttachHarness } from './attach-harness.ts'
import { sessionEntry } from './store-home.ts'

/*
 * A process of its own to be killed: `node store-room-child.ts HOME`. Once it has read something it opens the stores there
 * and a room on the session "session-1" behind a real server, and prints where a program can attach. The log is folded often.
 */

const sessionId = 'session-1'
await once(process.stdin, 'data')
const stores = await openDesktopStores({ homeDir: process.argv[2]!, log: silentLog, now: Date.now })
if (!(await stores.sessions.get(sessionId))) await stores.sessions.save(sessionEntry(sessionId))
const harness = await new AttachHarness({
  sessionId,
  store: stores.documents,
  stored: await stores.documents.load(sessionId),
  logLimits: { logCommits: 25, logBytes: 16 * 2 ** 20 },
}).start()
writeSync(1, `${JSON.stringify({ url: harness.server.socketUrl, ticket: harness.ticket() })}\n`)
