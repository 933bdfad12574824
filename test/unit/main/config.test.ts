import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/main/config.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'oriel-config-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const read = (flags: Parameters<typeof readConfig>[0]['flags'] = {}, env: Record<string, string> = {}) =>
  readConfig({ flags, env: { ORIEL_HOME: home, ...env } })

describe('the configuration', () => {
  it('a flag goes before the environment, that before config.json, that before the default', () => {
    expect(read()).toMatchObject({ home, host: null, port: 0, memoryLimitMiB: 2048, logLevel: 'info' })
    writeFileSync(path.join(home, 'config.json'), '{ "host": "chromium", "port": 8001, "memoryLimitMiB": 64 }')
    expect(read()).toMatchObject({ host: 'chromium', port: 8001, memoryLimitMiB: 64 })
    expect(read({}, { ORIEL_PORT: '8002', ORIEL_HOST: '' })).toMatchObject({ host: 'chromium', port: 8002 })
    expect(read({ port: '8003', host: undefined }, { ORIEL_PORT: '8002' })).toMatchObject({ port: 8003 })
  })

  it('nothing changes it once it is read', () => {
    expect(Object.isFrozen(read())).toBe(true)
  })

  it('[F14] what will not do is wrong usage and names where it came from', () => {
    expect(() => read({ port: 'many' })).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: expect.stringContaining('--port') as string }),
    )
    expect(() => read({}, { ORIEL_MEMORY_LIMIT_MIB: '1' })).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: expect.stringContaining('ORIEL_MEMORY_LIMIT_MIB') }),
    )
    writeFileSync(path.join(home, 'config.json'), '{ "host": "netscape" }')
    expect(() => read()).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: expect.stringContaining('config.json (host)') }),
    )
    writeFileSync(path.join(home, 'config.json'), '[]')
    expect(() => read()).toThrow(
      expect.objectContaining({ code: 'bad_usage', message: expect.stringContaining('config.json') }),
    )
  })
})
