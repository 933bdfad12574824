import path from 'node:path'
import { Command, Option } from 'commander'
import { OrielError } from '../../shared/errors.ts'
import type { App } from '../app.ts'
import type { Session } from '../engine/session.ts'
import type { OpenMode } from '../session-choice.ts'
import type { HandoverRequest } from '../single-instance.ts'
import type { Access } from './attach-text.ts'

/** A session without a script, for programs to drive: a new one, or one that is kept. */
export type AskedForPrograms = { title: string } | { session: string }

/** What a command line asks to be opened, and how. */
export interface OpenArguments {
  /** Absolute path. Null: the home window, or a session `forPrograms`. */
  script: string | null
  forPrograms: AskedForPrograms | null
  arguments: Record<string, string>
  mode: OpenMode
  watch: boolean
  /** Absolute path of the PNG to write the first window's picture to; then the app ends. */
  screenshot: string | null
  /** ms between the first paint and the picture. */
  screenshotAfterMs: number
  /** The file came by double-click: ask if it was never seen before. */
  ask: boolean
  /** Settings given as flags, not checked yet. */
  settings: { host: string | undefined; port: string | undefined }
}

interface OpenFlags {
  host?: string
  port?: string
  session?: string
  new?: true
  watch?: true
  screenshot?: string
  after: string
  ask?: true
  programs?: true
  title?: string
}

export function hostOption(): Option {
  const text = 'what makes the windows; default: the first that works here'
  return new Option('--host <name>', text).choices(['electron', 'chromium', 'headless'])
}

/** Teaches a command `[script] [arguments...]` with its options; `run` gets what was asked. Throws bad_usage when it is parsed. */
export function declareOpen(command: Command, run: (asked: OpenArguments) => void | Promise<void>): Command {
  return command
    .argument('[script]', 'a .ts, .tsx, .js, .jsx or .oriel file')
    .argument('[arguments...]', 'name=value, read in the script with session.get("arguments")')
    .addOption(hostOption())
    .addOption(new Option('--session <id>', 'go on with this session').conflicts('new'))
    .option('--new', 'begin a new session instead of going on with the last one')
    .option('--watch', 'run the script again when its files change; state is kept')
    .option('--screenshot <file>', 'write a PNG of the first window and end')
    .option('--after <ms>', 'wait so long before the screenshot, in ms', '0')
    .option('--port <n>', 'port of the pages on 127.0.0.1; default: a free one')
    .addOption(new Option('--programs', 'a session without a script; "oriel attach" asks for it').hideHelp())
    .addOption(new Option('--title <text>', 'its title').hideHelp())
    .addOption(new Option('--ask', 'ask before a file that was never seen').hideHelp())
    .action((script: string | undefined, rest: string[], flags: OpenFlags) => run(read(script, rest, flags)))
}

/** The same from a command line that can ask for nothing else. Throws bad_usage, or commander's error once it has told the person. */
export function parseOpenArguments(args: readonly string[]): OpenArguments {
  let asked: OpenArguments | null = null
  const command = declareOpen(new Command('oriel'), (found) => void (asked = found))
  command.exitOverride().showHelpAfterError('Try "oriel --help".').parse(args, { from: 'user' })
  if (asked === null) throw new OrielError('bad_usage', 'The command line asks for nothing.')
  return asked
}

/**
 * Opens it here. Null if the person did not want it, or if it is no script's; `onAccess` gets how programs attach, where
 * that was asked for. Throws what App.openScript and App.attach throw.
 */
export async function openAsked(
  app: App,
  asked: OpenArguments,
  onAccess: (access: Access) => void,
): Promise<Session | null> {
  const { script, mode, watch, ask, forPrograms } = asked
  if (forPrograms) {
    onAccess(
      'session' in forPrograms
        ? await app.attach(forPrograms.session)
        : await app.attachNew(forPrograms.title, asked.arguments),
    )
    return null
  }
  if (script !== null) return app.openScript({ path: script, arguments: asked.arguments, mode, named: !ask, watch })
  await app.openHome()
  return null
}

/** The same as a request to another process. */
export function handoverOf(asked: OpenArguments): HandoverRequest {
  const { script, mode, ask, forPrograms } = asked
  if (forPrograms)
    return 'session' in forPrograms
      ? { kind: 'attach', session: forPrograms.session }
      : { kind: 'attach-new', title: forPrograms.title, arguments: asked.arguments }
  if (script === null) return { kind: 'open-home' }
  return { kind: 'open-script', path: script, arguments: asked.arguments, mode, asked: !ask, watch: asked.watch }
}

function read(script: string | undefined, rest: readonly string[], flags: OpenFlags): OpenArguments {
  const screenshotAfterMs = Number(flags.after)
  if (!Number.isFinite(screenshotAfterMs) || screenshotAfterMs < 0)
    throw new OrielError('bad_usage', `--after: "${flags.after}" is not a number of milliseconds.`)
  // Without a script everything is an argument.
  const given = flags.programs && script !== undefined ? [script, ...rest] : rest
  return {
    script: script === undefined || flags.programs ? null : path.resolve(script),
    forPrograms: flags.programs ? readForPrograms(flags) : null,
    arguments: readArguments(given),
    mode: flags.session === undefined ? (flags.new ? 'new' : 'resume') : { session: flags.session },
    watch: flags.watch ?? false,
    screenshot: flags.screenshot === undefined ? null : path.resolve(flags.screenshot),
    screenshotAfterMs,
    ask: flags.ask ?? false,
    settings: { host: flags.host, port: flags.port },
  }
}

function readForPrograms({ session, title = '' }: OpenFlags): AskedForPrograms {
  return session === undefined ? { title } : { session }
}

/** `name=value` after a script. Throws bad_usage. */
export function readArguments(rest: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    rest.map((argument) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(argument) ?? []
      if (name === undefined || value === undefined) {
        throw new OrielError('bad_usage', `"${argument}" is not of the form name=value.`)
      }
      return [name, value]
    }),
  )
}
