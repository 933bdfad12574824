import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const CHILD = path.resolve(import.meta.dirname, '../support/session-life-child.ts')

it.each(['over ports', 'over sockets', 'of the app', 'of programs'])(
  '[L4] 100 sessions %s, opened and closed, leave no timer and no memory',
  async (kind) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', CHILD, kind], { timeout: 25_000 })
    const { before, after, timers } = JSON.parse(stdout) as { before: number; after: number; timers: number }
    // Node's own, of its sockets, come and go.
    expect(timers).toBeLessThan(5)
    expect(before).toBeGreaterThan(1_000_000)
    expect(after).toBeLessThan(before * 1.05)
  },
)
