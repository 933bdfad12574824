import { existsSync, lstatSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeOwnProfile, prepareProfile, removeProfile } from '../../../../src/main/hosts/browser/profile.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-profiles-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a browser profile', () => {
  test.skipIf(process.platform === 'win32')('is for this user alone and stays where it is', async () => {
    const profile = path.join(folder, 'chromium')
    expect(await prepareProfile(profile)).toBe(profile)
    expect(statSync(profile).mode & 0o777).toBe(0o700)
  })

  test.skipIf(process.platform === 'win32')('loses the lock of a browser that is gone', async () => {
    const lock = path.join(folder, 'SingletonLock')
    symlinkSync(`${hostname()}-999999999`, lock)
    expect(await prepareProfile(folder)).toBe(folder)
    expect(lstatSync(lock, { throwIfNoEntry: false })).toBeUndefined()
  })

  test('[J12] [H10] where the home takes nothing is a passing one, which can be removed', async () => {
    writeFileSync(path.join(folder, 'file'), 'in the way')
    for (const make of [prepareProfile, makeOwnProfile]) {
      const profile = await make(path.join(folder, 'file', 'chromium'))
      expect(profile.startsWith(folder)).toBe(false)
      expect(statSync(profile).isDirectory()).toBe(true)
      await removeProfile(profile)
      expect(existsSync(profile)).toBe(false)
    }
  })
})
