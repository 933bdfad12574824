import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { OrielError } from '../shared/errors.ts'
import { homeFolder } from './home-folder.ts'

/**
 * Every setting of the app: its default with the unit in the name or beside it, and the environment variable that sets it.
 * A flag goes before the environment, the environment before `config.json` in the home folder.
 */
const SETTINGS = {
  host: { env: 'ORIEL_HOST', schema: z.enum(['electron', 'chromium', 'headless']).nullable(), default: null },
  /** 0: a free port of the system's choice. */
  port: { env: 'ORIEL_PORT', schema: z.coerce.number().int().min(0).max(65_535), default: 0 },
  /** Path of the browser to use instead of the one that is found. */
  browser: { env: 'ORIEL_BROWSER', schema: z.string().min(1).nullable(), default: null },
  logLevel: { env: 'ORIEL_LOG_LEVEL', schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']), default: 'info' },
  /** MiB of JavaScript heap that one script may use. */
  memoryLimitMiB: { env: 'ORIEL_MEMORY_LIMIT_MIB', schema: z.coerce.number().int().min(16), default: 2048 },
  /** MiB of one message, or of one value, that a window or a program may send (rule V4). */
  maxMessageMiB: { env: 'ORIEL_MAX_MESSAGE_MIB', schema: z.coerce.number().min(1).max(1024), default: 20 },
  /** Names of the cookies of a page's request that its session is told of; in the environment with commas between. */
  cookies: {
    env: 'ORIEL_COOKIES',
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value),
      z
        .array(z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,200}$/))
        .max(64)
        .readonly(),
    ),
    default: [] as readonly string[],
  },
  /** How long the ticket in a window's address is good, in ms. */
  ticketTtlMs: { env: 'ORIEL_TICKET_TTL_MS', schema: z.coerce.number().int().min(1000), default: 60_000 },
  /** The same for an address that a person has to open, in ms. */
  printedTicketTtlMs: {
    env: 'ORIEL_PRINTED_TICKET_TTL_MS',
    schema: z.coerce.number().int().min(1000),
    default: 600_000,
  },
} as const

type Settings = { -readonly [K in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[K]['schema']> }

export interface Config extends Readonly<Settings> {
  /** Absolute path of the home folder: database, log, browser profile. */
  readonly home: string
}

export interface ConfigSources {
  flags: { [K in keyof Settings]?: unknown }
  env: Readonly<Record<string, string | undefined>>
}

/** Reads, checks and freezes the settings. Throws bad_usage naming the setting, where it came from and what it may be. */
export function readConfig({ flags, env }: ConfigSources): Config {
  const home = homeFolder(env)
  const file = readConfigFile(path.join(home, 'config.json'))
  const settings: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const [value, source] =
      flags[name as keyof Settings] !== undefined
        ? [flags[name as keyof Settings], `--${name}`]
        : env[setting.env] !== undefined && env[setting.env] !== ''
          ? [env[setting.env], setting.env]
          : file[name] !== undefined
            ? [file[name], `config.json (${name})`]
            : [setting.default, 'default']
    const parsed = setting.schema.safeParse(value)
    if (!parsed.success) {
      throw new OrielError(
        'bad_usage',
        `${source}: ${JSON.stringify(value)} will not do. ${z.prettifyError(parsed.error).replace(/^✖ /, '')}`,
      )
    }
    settings[name] = parsed.data
  }
  return Object.freeze({ ...(settings as Settings), home })
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return {}
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (error) {
    throw new OrielError('bad_usage', `${file} is not a JSON object. Mend it or remove it.`, { cause: error })
  }
}
