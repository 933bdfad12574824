import { OrielError } from '../../../shared/errors.ts'
import { stateDefaults } from './defaults.ts'
import { StateBackend } from './types.ts'

/** `ORIEL_DEPLOY__STATE_BACKEND`; without it SQLite in scripts of the app and memory elsewhere. Throws OrielError bad_usage. */
export function getStateBackend(): StateBackend {
  const text = process.env['ORIEL_DEPLOY__STATE_BACKEND']
  if (!text) return stateDefaults().backend
  const known = Object.values(StateBackend).find((name) => name === text.trim().toLowerCase())
  if (known) return known
  throw new OrielError(
    'bad_usage',
    `ORIEL_DEPLOY__STATE_BACKEND is ${JSON.stringify(text)}. It can be memory, sqlite or redis.`,
  )
}

/** Whether several processes serve the same widgets: `ORIEL_DEPLOY_MODE` is 1, true, yes or on. */
export function isDeployMode(): boolean {
  return /^\s*(?:1|true|yes|on)\s*$/i.test(process.env['ORIEL_DEPLOY_MODE'] ?? '')
}

/** Where Redis is: `ORIEL_DEPLOY__REDIS_URL` and `ORIEL_DEPLOY__REDIS_PREFIX`. */
export function redisPlace(): { url: string; prefix: string } {
  return {
    url: process.env['ORIEL_DEPLOY__REDIS_URL'] || 'redis://127.0.0.1:6379',
    prefix: process.env['ORIEL_DEPLOY__REDIS_PREFIX'] || 'oriel',
  }
}
