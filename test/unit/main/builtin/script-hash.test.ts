import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashScript } from '../../../../src/main/builtin/script-hash.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-hash-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

describe('what a script is remembered by', () => {
  it('[F11] is the SHA-256 of its bytes where it imports nothing of its own', async () => {
    const script = write('a.ts', 'one')
    const plain = createHash('sha256').update('one').digest('hex')
    expect(await hashScript(script, [])).toBe(plain)
    expect(await hashScript(script, [script])).toBe(plain)
    expect(await hashScript(write('other.ts', 'one'), [])).toBe(plain)
  })

  it('[F11] changes with every file that it imports, and with a file more or less', async () => {
    const script = write('a.ts', 'one')
    const helper = write('lib/b.ts', 'two')
    const outer = write('c.css', 'three')
    const before = await hashScript(script, [script, helper, outer])
    expect(await hashScript(script, [outer, helper, script, helper])).toBe(before)
    expect(await hashScript(script, [script, helper])).not.toBe(before)
    write('lib/b.ts', 'two!')
    expect(await hashScript(script, [script, helper, outer])).not.toBe(before)
    write('lib/b.ts', 'two')
    write('a.ts', 'one!')
    expect(await hashScript(script, [script, helper, outer])).not.toBe(before)
  })

  it('[F11] stays the same when script and files move together', async () => {
    const here = await hashScript(write('x/a.ts', 'one'), [write('x/lib/b.ts', 'two')])
    const there = await hashScript(write('y/a.ts', 'one'), [write('y/lib/b.ts', 'two')])
    expect(there).toBe(here)
  })
})
