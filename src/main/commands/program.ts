import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import { OrielError } from '../../shared/errors.ts'
import type { OpenMode } from '../app.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { readConfig } from '../config.ts'
import type { ConfigSources } from '../config.ts'
import type { Layout } from '../layout.ts'
import { silentLog } from '../log.ts'

interface OpenFlags {
  host?: string
  port?: string
  session?: string
  new?: true
  watch?: true
  screenshot?: string
  after: string
  ask?: true
}

const stdout = (text: string) => void process.stdout.write(text)
const stderr = (text: string) => void process.stderr.write(text)
const print = (text: string) => stdout(`${text}\n`)

/** Reads the command line and runs what it says. Gives the exit code. */
export async function runCommandLine(layout: Layout): Promise<number> {
  const workerId = process.env.ORIEL_DEPLOY__WORKER_ID || `worker-${randomBytes(4).toString('hex')}`
  let exitCode: number = EXIT.fine
  const program = new Command('oriel')
    .description('Opens a TypeScript file as a desktop data app. Without a script: recent sessions and examples.')
    .exitOverride()
    .showHelpAfterError('Try "oriel --help".')
    .argument('[script]', 'a .ts, .tsx, .js, .jsx or .oriel file')
    .argument('[arguments...]', 'name=value, read in the script with session.get("arguments")')
    .addOption(
      new Option('--host <name>', 'what makes the windows; default: the first that works here').choices([
        'electron',
        'chromium',
        'headless',
      ]),
    )
    .addOption(new Option('--session <id>', 'go on with this session').conflicts('new'))
    .option('--new', 'begin a new session instead of going on with the last one')
    .option('--watch', 'run the script again when its files change; state is kept')
    .option('--screenshot <file>', 'write a PNG of the first window and end')
    .option('--after <ms>', 'wait so long before the screenshot, in ms', '0')
    .option('--port <n>', 'port of the pages on 127.0.0.1; default: a free one')
    .addOption(new Option('--ask', 'ask before a file that was never seen').hideHelp())
    .action(async (script: string | undefined, rest: string[], flags: OpenFlags) => {
      const { open } = await import('./open.ts')
      const afterMs = Number(flags.after)
      if (!Number.isFinite(afterMs) || afterMs < 0)
        throw new OrielError('bad_usage', `--after: "${flags.after}" is not a number of milliseconds.`)
      exitCode = await open({
        config: config({ host: flags.host, port: flags.port }),
        layout,
        script: script ?? null,
        arguments: readArguments(rest),
        mode: modeOf(flags),
        watch: flags.watch ?? false,
        screenshot: flags.screenshot === undefined ? null : path.resolve(flags.screenshot),
        screenshotAfterMs: afterMs,
        ask: flags.ask ?? false,
        workerId,
        stdout,
        stderr,
        onSignal: (listener) => {
          for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, listener)
        },
      })
    })

  const sessions = program.command('sessions').description('Sessions that this computer keeps.')
  sessions
    .command('list')
    .description('All sessions, the last used first.')
    .option('--json', 'as JSON')
    .action((flags: { json?: true }) => withSessions((commands) => commands.list(flags.json ?? false)))
  sessions
    .command('show <id>')
    .description('One session with its windows and stored state, as JSON.')
    .option('--json', 'as JSON (it always is)')
    .action((id: string) => withSessions((commands) => commands.show(id)))
  sessions
    .command('export <id> [file]')
    .description('The same into a file.')
    .action((id: string, file: string | undefined) => withSessions((commands) => commands.export(id, file)))
  sessions
    .command('remove <id...>')
    .description('Removes sessions and their stored state.')
    .action((ids: string[]) => withSessions((commands) => commands.remove(ids)))

  program
    .command('new <name>')
    .description('Writes a new script from a template.')
    .option('--template <name>', 'blank or table', 'blank')
    .action(async (name: string, flags: { template: string }) => {
      const { newScript } = await import('./new.ts')
      const file = await newScript({
        name,
        template: flags.template,
        templatesDir: layout.templates,
        cwd: process.cwd(),
      })
      print(`Wrote ${file}\nOpen it: oriel ${path.relative(process.cwd(), file)}`)
    })

  program
    .command('doctor')
    .description('What Oriel found on this computer, and how to mend what is missing.')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: true }) => {
      const { runDoctor, formatDoctor } = await import('../doctor.ts')
      const report = await runDoctor({ home: config({}).home, env: process.env })
      print(flags.json ? JSON.stringify(report, null, 2) : formatDoctor(report))
    })

  program
    .command('register')
    .description('Opens .oriel, .oriel.ts and .oriel.tsx files with Oriel on a double-click (Linux).')
    .option('--remove', 'undo it')
    .action(async (flags: { remove?: true }) => {
      const { register, unregister } = await import('../register.ts')
      const options = {
        env: process.env,
        cliPath: layout.cli,
        nodePath: process.execPath,
        resourcesDir: layout.resources,
      }
      for (const line of await (flags.remove ? unregister(options) : register(options))) print(line)
    })

  try {
    await program.parseAsync()
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.badUsage
    const known = error instanceof OrielError
    const details = error instanceof Error ? error.stack : String(error)
    stderr(known ? `oriel: ${error.message}\n` : `oriel: something went wrong inside Oriel.\n${details}\n`)
    return exitCodeOf(error)
  }
}

function config(flags: ConfigSources['flags']) {
  return readConfig({ flags, env: process.env })
}

function modeOf(flags: OpenFlags): OpenMode {
  if (flags.session !== undefined) return { session: flags.session }
  return flags.new ? 'new' : 'resume'
}

function readArguments(rest: readonly string[]): Record<string, string> {
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

async function withSessions(run: (commands: import('./sessions.ts').SessionCommands) => Promise<void>): Promise<void> {
  const { SessionCommands } = await import('./sessions.ts')
  const { openDesktopStores } = await import('../stores/index.ts')
  const { isAlive } = await import('../process.ts')
  const stores = await openDesktopStores({ homeDir: config({}).home, log: silentLog, now: Date.now })
  try {
    await run(new SessionCommands({ stores, isAlive, print }))
  } finally {
    await stores.close()
  }
}
