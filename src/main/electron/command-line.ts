import { OrielError } from '../../shared/errors.ts'
import { parseOpenArguments } from '../commands/open-arguments.ts'
import type { OpenArguments } from '../commands/open-arguments.ts'

/**
 * What Electron's command line asks the app for. Throws bad_usage, also for what only the `oriel` command in plain Node
 * can do: other hosts and screenshots.
 */
export function readElectronCommandLine(argv: readonly string[], isPackaged: boolean): OpenArguments {
  const asked = parseOpenArguments(ownArguments(argv, isPackaged))
  const { host } = asked.settings
  if (host !== undefined && host !== 'electron')
    throw new OrielError('bad_usage', `--host ${host}: this is Oriel in Electron. Use the "oriel" command.`)
  if (asked.screenshot !== null)
    throw new OrielError('bad_usage', '--screenshot: this is Oriel in Electron. Use the "oriel" command.')
  return asked
}

/** Without the program and what Electron itself reads: unpackaged, all up to the app's folder. */
function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const rest = argv.slice(1)
  const own = isPackaged ? rest : rest.slice(rest.findIndex((argument) => !argument.startsWith('-')) + 1)
  // Older systems of Apple's number the process.
  return own.filter((argument) => !argument.startsWith('-psn_'))
}
