import type { ServerInfo } from '../../shared/calls.ts'
import type { PublicError } from '../../shared/errors.ts'
import type { ScriptProblem } from '../../shared/records.ts'
import type { WindowHost } from '../hosts/types.ts'
import type { Log } from '../log.ts'
import type { ScriptBundle, ScriptRunner } from '../scripts/types.ts'
import type { DesktopStores } from '../stores/types.ts'
import type { Succession } from './heritage.ts'
import type { SessionHooks } from './hooks.ts'
import type { DeskFiles } from './desk/files.ts'
import type { Lobby } from './lobby.ts'
import type { Session } from './session.ts'
import type { WindowKeys } from './window-keys.ts'

/** What a session needs of the app around it. */
export interface SessionDeps {
  stores: DesktopStores
  runner: ScriptRunner
  /** The session's script as it is now. Rejects with script_not_trusted if it changed and the person did not agree to it. */
  bundle: (session: Session) => Promise<ScriptBundle>
  host: WindowHost
  lobby: Lobby
  keys: WindowKeys
  origin: () => Promise<string>
  log: Log
  now: () => number
  workerId: string
  ticketTtlMs: number
  memoryLimitMiB: number
  /** Opens an address in the person's own browser. */
  openExternal: (url: string) => Promise<void>
  /** Made anew for each session. */
  files: () => DeskFiles
  serverInfo: ServerInfo
  hooks: readonly SessionHooks[]
  /** Who is logged in; default nobody. */
  user?: { readonly userId: string | null; readonly roles: readonly string[] }
  /** Only who is connected keeps a session, not its script nor a window that nobody looks at. Default false. */
  keptByClients?: boolean
  /** What clients are told of a problem of the script, and of its path only the name; default all of both. */
  publicProblem?: (problem: ScriptProblem) => ScriptProblem
  /** Who closes sessions waits for the handlers of events to end (`exchange.underWay`); default false. */
  watchesEvents?: boolean
  /** What a window is told of an error of the script that it asked; default all of it. */
  publicError?: (session: Session, error: PublicError) => PublicError
  /** Another process may take the session over, with its windows; default none may. */
  succession?: Succession | null
  /** Another process has the session now, or it was removed: nothing more is stored. Default: the windows say so. */
  onLost?: (session: Session) => void
  /** For counting: a message of a client came. */
  onMessage?: (type: string) => void
  /** How long a session stays that nothing keeps, and a client's place that was cut off, in ms. */
  graceMs: number
  /** What the script printed, or what went wrong with it, for the terminal. */
  onOutput: (session: Session, stream: 'stdout' | 'stderr', text: string) => void
  onProblem: (session: Session, problem: ScriptProblem) => void
}

/** `failed`: the script's code had an error that ended it and no later run mended it. */
export type SessionOutcome = 'ended' | 'failed'
