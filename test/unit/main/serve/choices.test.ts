import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { accessChoice } from '../../../../src/main/serve/choices.ts'
import { servingKey } from '../../../../src/main/serve/key.ts'
import { localPath } from '../../../../src/main/serve/login.ts'

test('[A1] who may come has to be said; others than this computer only with a login and an address', () => {
  expect(accessChoice({ auth: 'none' })).toEqual({ auth: 'none', listen: '127.0.0.1', publicUrl: null, proxies: null })
  const refused: Parameters<typeof accessChoice>[0][] = [
    {},
    { auth: 'anybody' },
    { auth: 'none', listen: '0.0.0.0' },
    { auth: 'none', publicUrl: 'https://apps.example.org' },
    { auth: 'users', listen: '0.0.0.0' },
    { auth: 'users', listen: 'localhost' },
    { auth: 'users', publicUrl: 'https://apps.example.org/path' },
    { auth: 'users', publicUrl: 'https://me:pw@apps.example.org' },
    { auth: 'users', publicUrl: 'ftp://apps.example.org' },
  ]
  for (const asked of refused) expect(() => accessChoice(asked), JSON.stringify(asked)).toThrow()
  const open = accessChoice({ auth: 'users', listen: '0.0.0.0', publicUrl: 'https://apps.example.org' })
  expect(open.publicUrl?.origin).toBe('https://apps.example.org')
})

test('[U1] the key is made once for a folder, for this user alone; one that could be guessed is refused', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-key-'))
  try {
    const [one, two] = await Promise.all([servingKey(undefined, folder), servingKey(undefined, folder)])
    expect(one.id('use', 'a', 'b')).toBe(two.id('use', 'a', 'b'))
    expect(one.id('use', 'a', 'b')).not.toBe(one.id('use', 'ab', ''))
    expect(one.id('use', 'a')).not.toBe(one.id('other', 'a'))
    expect(statSync(path.join(folder, 'secret')).mode & 0o777).toBe(0o600)
    await expect(servingKey('short', folder)).rejects.toMatchObject({ code: 'bad_usage' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['/w/a?b=c', '/w/a?b=c'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  [null, '/'],
])('[A4] after a login %s leads to %s', (given, to) => {
  expect(localPath(given)).toBe(to)
})
