import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../../src/main/log.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'oriel-log-'))
  file = path.join(folder, 'home', 'oriel.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the log', () => {
  it('[H13] [J14] tickets and secrets are masked, as fields however deep and inside addresses', () => {
    const log = createLog({ file, level: 'info' })
    const address = 'http://127.0.0.1:5007/w/key?ticket=t1ck3t'
    log.warn(`no answer from ${address}`, { address, error: new Error(`cannot load "${address}"`) })
    log.warn('refused', { hello: { ticket: 't1ck3t', list: [{ resume: 's3cr3t' }] }, secret: 's3cr3t' })
    log.close()
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/t1ck3t|s3cr3t/)
    expect(text).toContain('cannot load')
    expect(text).toContain('/w/key?ticket=[hidden]')
  })

  it('[H13] [A4] passwords, cookies, tokens and keys in texts are masked too, and what is none is not', () => {
    const log = createLog({ file, level: 'info' })
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzMzNyM3QiOjF9.s33cr3t-mac'
    log.warn(`Redis at redis://oriel:s3cr3t@10.0.0.1:6379 is away`, {
      headers: { Cookie: 'oriel=s3cr3t', 'set-cookie': ['s3cr3t'], authorization: 'Bearer s3cr3t' },
      access_token: 's3cr3t',
      idToken: 's3cr3t',
      password: 's3cr3t',
      url: 'https://apps.example.org/login/callback?state=x&code=s3cr3t&iss=here',
      cause: new Error(`sent __Host-oriel-8080=s3cr3ts3cr3t, ${jwt} and Bearer s3cr3ts3cr3t`),
    })
    log.warn('closed', { code: 4002, error: 'ticket_refused', sessionId: 'abc', key: 'state:Counter' })
    log.close()
    const text = readFileSync(file, 'utf8')
    expect(text).not.toMatch(/s3cr3t|s33cr3t/)
    expect(text).toContain('redis://oriel:[hidden]@10.0.0.1:6379 is away')
    expect(text).toContain('&code=[hidden]&iss=here')
    expect(text).toContain('"code":4002,"error":"ticket_refused","sessionId":"abc","key":"state:Counter"')
  })

  it('levels below the wanted one are not written, silent makes no file', () => {
    const log = createLog({ file, level: 'warn' })
    log.info('small talk')
    log.error('news', { code: 7 })
    log.close()
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ msg: 'news', code: 7 }])

    const other = path.join(folder, 'silent.log')
    createLog({ file: other, level: 'silent' }).error('nobody hears')
    expect(existsSync(other)).toBe(false)
  })

  it('a log that has grown large is put aside at the next start', () => {
    createLog({ file, level: 'info' }).close()
    writeFileSync(file, Buffer.alloc(11 * 1024 * 1024, 'x'))
    createLog({ file, level: 'info' }).close()
    expect(statSync(file).size).toBe(0)
    expect(statSync(`${file}.old`).size).toBe(11 * 1024 * 1024)
  })

  it('a file that cannot be written stops nothing', () => {
    writeFileSync(path.join(folder, 'home'), 'in the way')
    const log = createLog({ file, level: 'info' })
    expect(() => log.error('lost')).not.toThrow()
    expect(() => log.close()).not.toThrow()
  })

  it.skipIf(process.platform === 'win32')('nobody else may read the log, nor the home folder made for it', () => {
    createLog({ file, level: 'info' }).close()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  })
})
