import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** A virtual display of a test's own, without a window manager. Rejects if Xvfb is not installed. */
export async function startXvfb(): Promise<{ display: string; stop(): Promise<void> }> {
  // It picks a free number itself and writes it to fd 3 once it listens.
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  exited.catch(() => undefined)
  const [number] = (await Promise.race([
    once(child.stdio[3] as Readable, 'data'),
    exited.then(() => {
      throw new Error('Xvfb did not start')
    }),
  ])) as [Buffer]
  return {
    display: `:${number.toString().trim()}`,
    stop: async () => {
      child.kill()
      await exited
    },
  }
}
