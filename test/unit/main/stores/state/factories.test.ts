import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  clearStateCaches,
  getCallbackRegistry,
  getConnectionRouter,
  getEventBus,
  getServerState,
  getSessionStore,
  getStateBackend,
  getWidgetStore,
  getWorkerId,
  isDeployMode,
  resetCallbackRegistry,
  resetServerState,
} from '../../../../../src/sdk/state.ts'

const STATE = new URL('../../../../../src/sdk/state.ts', import.meta.url).href

/** What a process of its own prints, which runs `code` with everything of oriel/state in `state`. */
function run(code: string, env: NodeJS.ProcessEnv): { lines: string[]; errors: string } {
  const script = `const state = await import(${JSON.stringify(STATE)})\n${code}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { lines: stdout.trim().split('\n'), errors: stderr }
}

describe('what a process has one of', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'oriel-state-'))
    vi.stubEnv('ORIEL_HOME', home)
    for (const name of ['ORIEL_DEPLOY__STATE_BACKEND', 'ORIEL_DEPLOY_MODE', 'ORIEL_DEPLOY__WORKER_ID'])
      vi.stubEnv(name, undefined)
  })
  afterEach(async () => {
    await clearStateCaches()
    resetCallbackRegistry()
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true, force: true })
  })

  it('[M7] is one however many ask, and another after a reset', async () => {
    const makers = [
      getWidgetStore,
      getEventBus,
      getConnectionRouter,
      getSessionStore,
      getCallbackRegistry,
      getServerState,
    ]
    for (const make of makers) {
      const all = await Promise.all(Array.from({ length: 20 }, async () => make()))
      expect(new Set(all).size).toBe(1)
    }
    const [widgets, callbacks, state] = [getWidgetStore(), getCallbackRegistry(), getServerState()]
    await resetServerState()
    expect(getServerState()).not.toBe(state)
    expect(getWidgetStore()).toBe(widgets)
    resetCallbackRegistry()
    expect(getCallbackRegistry()).not.toBe(callbacks)
    const again = getServerState()
    await clearStateCaches()
    expect(getWidgetStore()).not.toBe(widgets)
    expect(getServerState()).not.toBe(again)
  })

  it.each(['memory', 'sqlite'])('[M7] clearing deletes no data: %s', async (backend) => {
    vi.stubEnv('ORIEL_DEPLOY__STATE_BACKEND', backend)
    await getWidgetStore().register(`w-${backend}`, 'x')
    await getServerState().createSession('u', {})
    await clearStateCaches()
    expect(await getWidgetStore().getHtml(`w-${backend}`)).toBe('x')
    expect(await getSessionStore().listUserSessions('u')).toHaveLength(1)
    expect(existsSync(path.join(home, 'oriel.db'))).toBe(backend === 'sqlite')
    await getWidgetStore().delete(`w-${backend}`)
  })

  it('[M7] the backend is the environment’s, in any case, and else memory', () => {
    expect(getStateBackend()).toBe('memory')
    for (const [text, backend] of [
      ['SQLite', 'sqlite'],
      ['REDIS', 'redis'],
      ['memory', 'memory'],
      ['', 'memory'],
    ]) {
      vi.stubEnv('ORIEL_DEPLOY__STATE_BACKEND', text)
      expect(getStateBackend()).toBe(backend)
    }
    vi.stubEnv('ORIEL_DEPLOY__STATE_BACKEND', 'mysql')
    expect(getStateBackend).toThrow(/mysql.*memory, sqlite or redis/)
    expect(getWidgetStore).toThrow(expect.objectContaining({ code: 'bad_usage' }))
  })

  it('[M7] deploy mode', () => {
    for (const text of ['1', 'true', 'YES', 'On']) {
      vi.stubEnv('ORIEL_DEPLOY_MODE', text)
      expect(isDeployMode(), text).toBe(true)
    }
    for (const text of ['', '0', 'false', 'no', 'off', '2', 'truest']) {
      vi.stubEnv('ORIEL_DEPLOY_MODE', text)
      expect(isDeployMode(), text).toBe(false)
    }
  })

  it('[M8] a worker has one id for its life', { timeout: 20_000 }, () => {
    expect(getWorkerId()).toMatch(/^worker-[0-9a-f]{8}$/)
    expect(getWorkerId()).toBe(getWorkerId())
    const print = `console.log(state.getWorkerId()); process.env.ORIEL_DEPLOY__WORKER_ID = 'late'; console.log(state.getWorkerId())`
    expect(run(print, { ORIEL_DEPLOY__WORKER_ID: 'mine' }).lines).toEqual(['mine', 'mine'])
    const [first, second] = [1, 2].map(() => run(print, { ORIEL_DEPLOY__WORKER_ID: '' }).lines)
    expect(first![0]).toMatch(/^worker-[0-9a-f]{8}$/)
    expect(first![1]).toBe(first![0])
    expect(second![0]).not.toBe(first![0])
  })

  it('[M10] the environment leads to a Redis that is not there', { timeout: 20_000 }, () => {
    const { lines } = run(
      `console.log(await state.getWidgetStore().get('w').catch((error) => error.code + ' ' + error.message))
       await state.clearStateCaches()`,
      { ORIEL_DEPLOY__STATE_BACKEND: 'redis', ORIEL_DEPLOY__REDIS_URL: 'redis://:s3cret@127.0.0.1:1/3' },
    )
    expect(lines[0]).toMatch(/^not_connected No Redis server answers at redis:\/\/:\*\*\*@127\.0\.0\.1:1\/3 /)
  })
})
