import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { pullSession } from '../../src/client/client-session.ts'
import { row } from './stats.ts'
import type { Row } from './stats.ts'

const CLI = path.resolve(import.meta.dirname, '../../out/main/cli.js')
const execute = promisify(execFile)
const MEBIBYTES = 64
const ROUNDS = 5
const QUIET_MS = 600

/**
 * How long a small edit of the script takes to an attached program while 64 MiB go the same way (rule Z5), against the
 * same edits on a quiet line. The delay that counts is the slowest: p99 of the few hundred there are.
 */
export async function benchLarge(options: { home: string }): Promise<Row> {
  const env = { ...process.env, ORIEL_HOME: options.home }
  const script = path.join(import.meta.dirname, 'scripts/large.oriel.ts')
  const app = spawn(process.execPath, [CLI, script, '--host', 'chromium', '--new'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const { url, ticket } = await attach(env)
    await using session = await pullSession({ url, ticket, maxMessageSize: 2 * MEBIBYTES * 1024 * 1024 })
    const document = session.document!
    const samples = { quiet: [] as number[], beside: [] as number[] }
    let into: number[] | null = null
    const now = () => performance.timeOrigin + performance.now()
    document.onChange(() => into?.push(now() - (document.get('small')!.props['at'] as number)), { id: 'small' })
    await session.request('start')
    for (let round = 0; round < ROUNDS; round++) {
      into = samples.quiet
      await sleep(QUIET_MS)
      into = samples.beside
      const there = new Promise<void>((resolve) => {
        const stop = document.onChange(
          () => {
            stop()
            resolve()
          },
          { id: 'large' },
        )
      })
      await session.request('large', MEBIBYTES)
      await there
      into = null
      document.transact((tx) => tx.remove('large'))
      await session.flush()
    }
    return row('small edit beside 64 MiB', 'same edit, quiet line', 'ms', samples.beside, samples.quiet, '< 50 ms more')
  } finally {
    app.kill('SIGTERM')
    await once(app, 'close')
  }
}

/** A ticket for the one session, as soon as it is open. */
async function attach(env: NodeJS.ProcessEnv): Promise<{ url: string; ticket: string }> {
  const oriel = async (...args: string[]) => (await execute(process.execPath, [CLI, ...args], { env })).stdout
  for (;;) {
    const sessions = JSON.parse(await oriel('sessions', 'list', '--json')) as { sessionId: string; title: string }[]
    const open = sessions.find(({ title }) => title === 'large')
    if (!open) continue
    const [, url, ticket] = /^url\s+(\S+)\s+ticket\s+(\S+)/m.exec(await oriel('attach', open.sessionId))!
    return { url: url!, ticket: ticket! }
  }
}
