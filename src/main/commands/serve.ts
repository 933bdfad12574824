import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Config } from '../config.ts'
import { EXIT } from '../exit-code.ts'
import type { Layout } from '../layout.ts'
import { createLog } from '../log.ts'
import type { Log } from '../log.ts'
import { createScriptRunner } from '../scripts/index.ts'
import { checkScript } from '../scripts/check-script.ts'
import { accessChoice } from '../serve/choices.ts'
import { servingKey } from '../serve/key.ts'
import { NO_LOGIN } from '../serve/login.ts'
import { openOidcLogin, oidcSettings } from '../serve/oidc-login.ts'
import { PasswordLogin } from '../serve/password-login.ts'
import { serve } from '../serve/serve.ts'
import type { ServeOptions } from '../serve/serve.ts'
import { UserTable } from '../serve/users.ts'
import { openServeStores } from '../serve/stores.ts'
import {
  checkProcesses,
  isServingProcess,
  reportServing,
  servingMetrics,
  servingNumber,
  superviseProcesses,
} from './serve-processes.ts'
import { redisOf } from './redis-of.ts'
import { problemText } from './problem-text.ts'
import { usersFile } from './users.ts'
import { ScriptError } from '../scripts/index.ts'

/** What `oriel serve` was asked for, as it was typed. */
export interface ServeFlags {
  port?: string
  listen?: string
  publicUrl?: string
  trustProxy?: string
  auth?: string
  maxSessions?: string
  maxConnections?: string
  maxThreads?: string
  sharedThreads?: string
  grace?: string
  keep?: string
  workers?: string
  redis?: string
  log?: string
}

export interface ServeCommand {
  script: string
  arguments: Record<string, string>
  flags: ServeFlags
  config: Config
  layout: Layout
  workerId: string
  env: Readonly<Record<string, string | undefined>>
  stdout: (text: string) => void
  stderr: (text: string) => void
  /** Calls back at a signal to end. */
  onSignal: (listener: (signal: NodeJS.Signals) => void) => void
}

/** `oriel serve SCRIPT`: serves it to browsers until a signal comes. Gives the exit code. Throws bad_usage, environment and what a script's file has wrong. */
export async function serveScript(command: ServeCommand): Promise<number> {
  const { config, layout, flags, env, stdout, stderr, onSignal } = command
  const workerId = isServingProcess() ? `${command.workerId}-${servingNumber()}` : command.workerId
  const access = accessChoice(flags)
  const numbers = {
    sessions: wholeNumber('--max-sessions', flags.maxSessions, 1000),
    threads: wholeNumber('--max-threads', flags.maxThreads, 32),
    sharedThreads: wholeNumber('--shared-threads', flags.sharedThreads, 1),
    connections: wholeNumber('--max-connections', flags.maxConnections, 10_000),
  }
  const graceSeconds = wholeNumber('--grace', flags.grace, 120)
  const keepDays = wholeNumber('--keep', flags.keep, 7)
  const workers = wholeNumber('--workers', flags.workers, 1)
  const redis = redisOf(flags.redis, env)
  checkProcesses(workers, redis)
  await checkScript(command.script)
  if (workers > 1 && !isServingProcess())
    return superviseProcesses({ count: workers, stdout, stderr, onSignal, what: path.basename(command.script) })
  const scriptPath = await realpath(command.script)
  const folder = path.join(config.home, 'serve')
  const log: Log & { close(): void } = createLog({
    file: flags.log ?? path.join(folder, 'oriel.log'),
    level: config.logLevel,
  })
  const runner = createScriptRunner({
    runtime: layout.runtime,
    workerUrl: layout.worker,
    tempDir: path.join(config.home, 'cache'),
    log,
  })
  try {
    const bundle = await runner.bundle(scriptPath)
    const key = await servingKey(env.ORIEL_SECRET, folder)
    const kept = await openServeStores({
      folder,
      env,
      log,
      key,
      workerId,
      redis: redis && { ...redis, ttlSeconds: keepDays * 86_400 },
    })
    const shared = redis && { bus: kept.state.bus, workerId, log }
    const loginOf: ServeOptions['login'] = ({ origin, onOutcome }) => {
      const secure = access.publicUrl?.protocol === 'https:'
      switch (access.auth) {
        case 'none':
          return NO_LOGIN
        case 'users':
          return new PasswordLogin({
            users: new UserTable(usersFile(folder)),
            key,
            secure,
            log,
            now: Date.now,
            onOutcome,
            shared,
          })
        case 'oidc':
          return openOidcLogin({
            settings: oidcSettings(env),
            key,
            origin,
            secure,
            log,
            now: Date.now,
            onOutcome,
            shared,
          })
      }
    }
    const served = await serve({
      ...access,
      bundle,
      arguments: command.arguments,
      ...kept,
      sharesPort: isServingProcess(),
      metricsFamily: isServingProcess() ? servingMetrics() : null,
      runner,
      runtime: layout.runtime,
      workerUrl: layout.worker,
      key,
      login: loginOf,
      metricsToken: metricsTokenOf(env.ORIEL_METRICS_TOKEN),
      assetsDir: path.join(layout.renderer, 'assets'),
      version: layout.version,
      workerId,
      log,
      port: config.port,
      maxMessageBytes: config.maxMessageMiB * 1024 * 1024,
      memoryLimitMiB: config.memoryLimitMiB,
      cookies: config.cookies,
      limits: numbers,
      graceMs: graceSeconds * 1000,
      ttlSeconds: keepDays * 86_400,
    })
    if (isServingProcess()) reportServing(served.url)
    else stdout(`${path.basename(scriptPath)} is served at ${served.url}\n`)
    await new Promise<void>((resolve) => onSignal(() => resolve()))
    if (!isServingProcess()) stdout('Stopping: sessions are being stored.\n')
    await served.close()
    return EXIT.fine
  } catch (error) {
    await runner.close()
    if (!(error instanceof ScriptError)) throw error
    stderr(problemText(error.problem, process.cwd()))
    return EXIT.scriptFailed
  } finally {
    log.close()
  }
}

/** Characters of a token; fewer could be guessed. */
const MIN_TOKEN_LENGTH = 16

function metricsTokenOf(given: string | undefined): string | null {
  if (!given) return null
  if (given.length >= MIN_TOKEN_LENGTH) return given
  throw new OrielError('bad_usage', `ORIEL_METRICS_TOKEN must have at least ${MIN_TOKEN_LENGTH} characters.`)
}

function wholeNumber(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  const number = Number(given)
  if (/^\d+$/.test(given) && Number.isSafeInteger(number) && number >= 1) return number
  throw new OrielError('bad_usage', `${name} takes a whole number from 1; "${given}" is none.`)
}
