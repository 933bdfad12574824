import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreHome } from '../../../support/store-home.ts'

const CHILD = path.resolve(import.meta.dirname, '../../../support/store-child.ts')

/** The same numbers for the same seed, each from 0 up to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

describe('SQLite stores and processes', () => {
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

  /** Every line the process prints until its output ends; `onLine` sees each as it comes. */
  async function run(
    args: string[],
    onLine: (line: string, child: ChildProcess) => void = () => {},
  ): Promise<string[]> {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      onLine(line, child)
    }
    return lines
  }

  it('Z7 kill -9 at any moment: everything that was told stored is there', { timeout: 120_000 }, async () => {
    const seed = Number(process.env['ORIEL_TEST_SEED'] ?? Date.now() % 1_000_000)
    console.log(`kill -9 rounds: ORIEL_TEST_SEED=${seed}`)
    const random = randomOf(seed)
    for (let round = 1; round <= 20; round++) {
      let left = 1 + Math.floor(random() * 300)
      const lines = await run(['appendForever', home.dir], (_, child) => {
        if (--left === 0) child.kill('SIGKILL')
      })
      const told = Number(lines.at(-1))
      const stores = home.open()
      const stored = await stores.documents.load('s1')
      const versions = stored!.commits.map((one) => one.version)
      const last = versions.at(-1) ?? stored!.version
      expect(last, `seed ${seed}, round ${round}`).toBeGreaterThanOrEqual(told)
      expect(versions).toEqual(
        Array.from({ length: last - stored!.version }, (__, index) => stored!.version + 1 + index),
      )
      await stores.close()
    }
    expect(home.list().filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('two processes write to one file at once; both find all of their own', { timeout: 60_000 }, async () => {
    const results = await Promise.all(['a', 'b'].map((id) => run(['appendSome', home.dir, id, '300'])))
    expect(results).toEqual([
      ['ready', 'done'],
      ['ready', 'done'],
    ])
    const stores = home.open()
    for (const id of ['a', 'b']) {
      expect((await stores.documents.load(id))?.commits.map((one) => one.version)).toEqual(
        Array.from({ length: 300 }, (_, index) => index + 1),
      )
      expect((await stores.sessions.get(id))?.title).toBe('at 300')
    }
  })

  it('four processes that start at once on a new home all work', { timeout: 60_000 }, async () => {
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((id) => run(['appendSome', home.dir, id, '5'])))
    expect(results).toEqual(Array.from({ length: 4 }, () => ['ready', 'done']))
    expect(await home.open().sessions.list()).toHaveLength(4)
    expect(home.list().filter((name) => name.includes('damaged'))).toEqual([])
  })

  // A disk of 3 MB that only the child sees, where the system lets us have one.
  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
  it.runIf(canMount)(
    'a disk that is really full, or read-only: reads what is there, goes on in memory, stores all later',
    () => {
      const disk = path.join(home.dir, 'disk')
      mkdirSync(disk)
      const script = 'mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" "$3" runFull "$1"'
      const child = spawnSync('unshare', ['-rm', 'sh', '-c', script, 'sh', disk, process.execPath, CHILD], {
        encoding: 'utf8',
      })
      const later = 'Your work is kept in memory and will be saved as soon as that is possible again.'
      const full = `Oriel cannot save to HOME: the disk is full. ${later}`
      expect([child.stderr, ...child.stdout.trim().split('\n')]).toEqual([
        '',
        full,
        'durable false, commits 5',
        'notice cleared',
        'durable true, commits 5',
        full,
        'durable false, commits 6',
        'notice cleared',
        'durable true, commits 6',
        `Oriel cannot save to HOME: the folder is read-only. ${later}`,
        'durable false, commits 7',
        'notice cleared',
        'durable true, commits 7',
      ])
    },
  )
})
