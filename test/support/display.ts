import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/**
 * Global set-up of Playwright and vitest: on Linux without a display, starts a virtual one for all tests and returns
 * what ends it. Where Xvfb is missing it does nothing, and the tests that need windows say what they miss.
 */
export default async function startDisplay(): Promise<(() => void) | undefined> {
  if (process.platform !== 'linux' || process.env.DISPLAY) return undefined
  // The server chooses a free number and writes it to the descriptor once it is ready.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await Promise.race([
    once(server.stdio[3] as Readable, 'data').then(([data]) => String(data).trim()),
    once(server, 'error').then(() => null),
    once(server, 'exit').then(() => null),
  ])
  if (number === null) return undefined
  process.env.DISPLAY = `:${number}`
  return () => {
    delete process.env.DISPLAY
    server.kill()
  }
}
