import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { readConfig } from '../config.ts'
import type { ConfigSources } from '../config.ts'
import { OrielError } from '../../shared/errors.ts'
import type { Layout } from '../layout.ts'
import { silentLog } from '../log.ts'
import { onEndSignal } from '../process.ts'
import { EXIT, reportFailure } from './exit-code.ts'
import { declareOpen, hostOption } from './open-arguments.ts'
import { redisOf } from './redis-of.ts'
import type { ServeFlags } from './serve.ts'

/** Variables of `oriel serve` that scripts are not to see. */
const SECRETS = ['ORIEL_SECRET', 'ORIEL_OIDC_CLIENT_SECRET', 'ORIEL_METRICS_TOKEN']

const stdout = (text: string) => void process.stdout.write(text)
const stderr = (text: string) => void process.stderr.write(text)
const print = (text: string) => stdout(`${text}\n`)

function versionOf({ root }: Layout): string {
  return (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version
}

/** Reads the command line and runs what it says. Gives the exit code. */
export async function runCommandLine(layout: Layout): Promise<number> {
  const workerId = process.env.ORIEL_DEPLOY__WORKER_ID || `worker-${randomBytes(4).toString('hex')}`
  let exitCode: number = EXIT.fine
  const program = new Command('oriel')
    .description('Opens a TypeScript file as a desktop data app. Without a script: recent sessions and examples.')
    .version(versionOf(layout), '--version', 'prints the version of Oriel')
    .exitOverride()
    // Options of one name, such as --new, belong to the command they stand behind.
    .enablePositionalOptions()
    .showHelpAfterError('Try "oriel --help".')
  declareOpen(program, async (asked) => {
    const { open } = await import('./open.ts')
    const parts = { config: config(asked.settings), layout, workerId, stdout, stderr, onSignal: onEndSignal }
    exitCode = await open({ ...parts, asked, commandLine: process.argv.slice(2) })
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

  const openFor = async (args: readonly string[]) => {
    const [{ open }, { parseOpenArguments }] = await Promise.all([import('./open.ts'), import('./open-arguments.ts')])
    const asked = parseOpenArguments(args)
    const parts = { config: config(asked.settings), layout, workerId, stdout, stderr, onSignal: onEndSignal }
    return open({ ...parts, asked, commandLine: args })
  }
  program
    .command('attach [session] [arguments...]')
    .description('Lets another program attach to a session: prints how.')
    .option('--new', 'to a new one, without a script; name=value may follow')
    .option('--title <text>', 'of the new one')
    .option('--json', 'attach here: the document, then each change of it, one JSON object a line, until Ctrl+C')
    .addOption(hostOption())
    .option('--port <n>', 'port of the pages on 127.0.0.1; default: a free one')
    .action(async (session: string | undefined, rest: string[], flags: AttachFlags) => {
      const settings = [...flagOf('--host', flags.host), ...flagOf('--port', flags.port)]
      if (flags.new) {
        if (flags.json) throw new OrielError('bad_usage', '--json needs a session that is there: leave out --new.')
        const given = session === undefined ? rest : [session, ...rest]
        exitCode = await openFor(['--programs', ...flagOf('--title', flags.title), ...settings, ...given])
        return
      }
      if (session === undefined) throw new OrielError('bad_usage', 'Which session? Name one, or begin one with --new.')
      if (rest.length > 0 || flags.title !== undefined)
        throw new OrielError('bad_usage', 'Arguments and --title are for a new session: add --new.')
      const { attach } = await import('./attach.ts')
      exitCode = await attach({
        session,
        json: flags.json ?? false,
        homeDir: config({}).home,
        clientModule: layout.runtime['oriel/client']!,
        print,
        open: (id) => openFor(['--programs', '--session', id, ...settings]),
        onSignal: onEndSignal,
      })
    })

  program
    .command('serve <script> [arguments...]')
    .description('Serves a script to browsers: each visitor gets a session of their own.')
    .option('--auth <mode>', 'who may come: users, oidc, or none (anybody on this computer)')
    .option('--port <n>', 'default: a free one')
    .option('--listen <address>', 'address to listen on; default 127.0.0.1')
    .option('--public-url <url>', 'where visitors find it, if a proxy stands before it')
    .option(
      '--trust-proxy <addresses>',
      'proxies on other computers, whose X-Forwarded-For counts; with commas between',
    )
    .option('--max-sessions <n>', 'visitors at once; default 1000')
    .option('--max-connections <n>', 'connections at once, of each process; default 10000')
    .option('--max-threads <n>', 'visitors at once of a script without a default export; default 32')
    .option('--shared-threads <n>', 'threads that a script with a default export is spread over; default 1')
    .option('--grace <seconds>', 'how long a session stays that nobody looks at; default 120')
    .option('--keep <days>', 'how long what a visitor left is kept; default 7')
    .option('--workers <n>', 'processes that serve it on one port, which needs --redis; default 1')
    .option('--redis <url>', 'where visits and sessions are kept, for several processes and computers to share')
    .option('--log <file>', 'default: serve/oriel.log in the home folder; "-" for the terminal')
    .action(async (script: string, rest: string[], flags: ServeFlags) => {
      const [{ serveScript }, { readArguments }] = await Promise.all([
        import('./serve.ts'),
        import('./open-arguments.ts'),
      ])
      const env = { ...process.env }
      // What this server signs and proves itself with is no business of the script, which has a copy of the environment.
      for (const name of SECRETS) delete process.env[name]
      exitCode = await serveScript({
        script: path.resolve(script),
        arguments: readArguments(rest),
        flags,
        config: config({ port: flags.port }),
        layout,
        workerId,
        env,
        stdout,
        stderr,
        onSignal: onEndSignal,
      })
    })

  const users = program.command('users').description('Who may log in to what "oriel serve" serves, and who is here.')
  users
    .command('add <name>')
    .description('Adds a person, or changes them; asks for the password, or reads it from standard input.')
    .option('--role <role...>', 'viewer (may look), editor (and use), admin (and see who is here)')
    .option('--grant <grant...>', 'a right beside the roles: app:NAME=read,write or widget:ID=write')
    .option('--redis <url>', 'where visits are kept, if not in this computer’s own file')
    .action((name: string, flags: { role?: string[]; grant?: string[]; redis?: string }) =>
      withUsers(flags, (commands) => commands.add(name, flags.role ?? [], flags.grant ?? [])),
    )
  users
    .command('list')
    .description('Everybody who may log in.')
    .option('--json', 'as JSON')
    .action((flags: { json?: true }) => withUsers({}, (commands) => commands.list(flags.json ?? false)))
  users
    .command('remove <name>')
    .description('Removes a person, who is logged out.')
    .option('--redis <url>', 'where visits are kept, if not in this computer’s own file')
    .action((name: string, flags: { redis?: string }) => withUsers(flags, (commands) => commands.remove(name)))
  users
    .command('visits')
    .description('Who is logged in.')
    .option('--json', 'as JSON')
    .option('--redis <url>', 'where visits are kept, if not in this computer’s own file')
    .action((flags: { json?: true; redis?: string }) =>
      withUsers(flags, (commands) => commands.visits(flags.json ?? false)),
    )
  users
    .command('end <who>')
    .description('Logs out one visit, by its id, or every one of a person.')
    .option('--redis <url>', 'where visits are kept, if not in this computer’s own file')
    .action((who: string, flags: { redis?: string }) => withUsers(flags, (commands) => commands.end(who)))

  program
    .command('new <name>')
    .description('Writes a new script from a template.')
    .option('--template <name>', 'blank, page or table', 'blank')
    .action(async (name: string, flags: { template: string }) => {
      const { newScript } = await import('./new.ts')
      const cwd = process.cwd()
      const [file, ...more] = await newScript({ name, template: flags.template, cwd, layout })
      print(`Wrote ${file}\nOpen it: oriel ${path.relative(cwd, file!)}`)
      for (const settings of more) print(`Wrote ${settings}, so that your editor knows what Oriel has.`)
    })

  program
    .command('doctor')
    .description('What Oriel found on this computer, and how to mend what is missing.')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: true }) => {
      const { runDoctor, formatDoctor } = await import('../doctor.ts')
      const { home, browser } = config({})
      const report = await runDoctor({ home, browser, env: process.env })
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
    return reportFailure(error, stderr)
  }
}

interface AttachFlags {
  new?: true
  title?: string
  json?: true
  host?: string
  port?: string
}

/** The flag as it is typed, if it was. */
function flagOf(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`]
}

function config(flags: ConfigSources['flags']) {
  return readConfig({ flags, env: process.env })
}

/** `redis`: the server where visits are kept, if `oriel serve` was given one. */
async function withUsers(
  { redis }: { redis?: string },
  run: (commands: import('./users.ts').UserCommands) => Promise<void>,
): Promise<void> {
  const [{ UserCommands, readPassword }, { servingKey }, { openVisitStores }] = await Promise.all([
    import('./users.ts'),
    import('../serve/key.ts'),
    import('../serve/stores.ts'),
  ])
  const folder = path.join(config({}).home, 'serve')
  const key = await servingKey(process.env.ORIEL_SECRET, folder)
  const state = openVisitStores({ folder, redis: redisOf(redis, process.env), log: silentLog })
  try {
    const password = () => readPassword(process.stdin, process.stderr)
    await run(new UserCommands({ folder, state, key, print, password }))
  } finally {
    await state.close()
  }
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
