import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ClientSession } from '../../src/client/client-session.ts'
import type { Document } from '../../src/client/document.ts'
import { randomFrom, testSeed } from '../support/random.ts'
import { StoreHome } from '../support/store-home.ts'

const CHILD = path.resolve(import.meta.dirname, '../support/store-room-child.ts')
const ROUNDS = 200
const SLOTS = 40
const MIB = 2 ** 20

/** What edit `n` makes of the document: one transaction, of which every part names `n`. */
function edit(document: Document, n: number): void {
  document.transact((tx) => {
    tx.put({ id: 'first', type: 'count', props: { n } })
    const slot = `slot ${n % SLOTS}`
    if (isRemoval(n)) tx.remove(slot)
    else tx.put({ id: slot, type: 'slot', props: { n } })
    if (isLarge(n)) tx.put({ id: 'large', type: 'large', props: { n, bytes: new Uint8Array(3 * MIB).fill(n) } })
    tx.put({ id: 'last', type: 'count', props: { n } })
  })
}
const isRemoval = (n: number): boolean => n % 7 === 0 && n > SLOTS
const isLarge = (n: number): boolean => n % 60 === 30

/** The document after edits 1 to `n`, as far as it can be told from `n`. */
function expected(n: number): Map<string, number> {
  const found = new Map<string, number>()
  if (n > 0) found.set('first', n).set('last', n)
  for (let each = Math.max(1, n - SLOTS + 1); each <= n; each++)
    if (!isRemoval(each)) found.set(`slot ${each % SLOTS}`, each)
  for (let each = n; each > 0 && each > n - 60; each--) if (isLarge(each)) found.set('large', each)
  return found
}

let home: StoreHome
let children: ChildProcess[]
beforeEach(() => {
  home = new StoreHome()
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await home.remove()
})

it(
  `[Z7] [J4] [J15] [J16] ${ROUNDS} times kill -9 at any moment, while a program writes, flushes and what is stored is folded: no edit it was told of is missing, and none is there by half`,
  { timeout: 300_000 },
  async () => {
    const random = randomFrom(testSeed())
    // One file, as reading all sources anew took most of the time.
    const bundle = path.join(home.dir, 'bundle', 'child.mjs')
    const options = { platform: 'node', format: 'esm', packages: 'external' } as const
    await build({ entryPoints: [CHILD], bundle: true, outfile: bundle, ...options })
    symlinkSync(path.resolve(import.meta.dirname, '../../node_modules'), path.join(home.dir, 'node_modules'))
    const start = (): ChildProcess => {
      const child = spawn(process.execPath, [bundle, home.dir], { stdio: ['pipe', 'pipe', 'inherit'] })
      children.push(child)
      return child
    }
    let written = 0
    let flushed = 0
    let most = 0
    let unflushed = 0
    let next = start()
    for (let round = 1; round <= ROUNDS; round++) {
      const child = next
      // Waits until it is told to begin.
      next = start()
      const exit = once(child, 'exit')
      child.stdin!.write('go\n')
      const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
      const session = new ClientSession(JSON.parse(line) as { url: string; ticket: string })
      await session.connect()
      const document = await session.pull()
      const n = (document.get('first')?.props['n'] as number | undefined) ?? 0
      const context = `round ${round}: edits to ${written}, told of ${flushed}, found ${n}`
      expect(n, context).toBeGreaterThanOrEqual(flushed)
      expect(n, context).toBeLessThanOrEqual(written)
      const found = new Map([...document.records()].map(({ id, props }) => [id, props['n'] as number]))
      expect(found, context).toEqual(expected(n))
      const large = document.get('large')?.props as { n: number; bytes: Uint8Array } | undefined
      if (large) expect(Buffer.alloc(3 * MIB, large.n & 255).equals(large.bytes), context).toBe(true)
      unflushed += n - flushed
      written = n
      flushed = n

      // Any moment once so many batches are on their way: counted, as on a slow machine nothing would come about otherwise.
      let batches = 1 + Math.floor(random() * 5)
      const delay = random() * 40
      while (!child.killed) {
        for (let count = 1 + Math.floor(random() * 10); count > 0; count--) edit(document, ++written)
        const upTo = written
        if (--batches === 0) void wait(delay).then(() => child.kill('SIGKILL'))
        if (random() < 0.7) {
          // It may be stored though the answer did not come: then nobody was told.
          const told = await Promise.race([
            session.flush().then(
              () => true,
              () => false,
            ),
            exit.then(() => false),
          ])
          if (told) flushed = upTo
        } else await wait(0)
      }
      await exit
      await session.close()
      most = Math.max(most, written)
    }
    console.log(`${most} edits; ${unflushed} that nobody was told of were found`)
    expect(flushed).toBeGreaterThan(ROUNDS)
    expect(home.list().filter((name) => name.includes('damaged'))).toEqual([])
  },
)
