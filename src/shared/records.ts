import { ROW_CHANGES_TYPE } from './data/block.ts'
import { LINE_DATA_TYPE } from './data/lines.ts'
import { TREE_TYPE } from './elements/node.ts'
import { COMMANDS_TYPE, LEAVING_TYPE } from './desk/commands.ts'
import { DIALOG_TYPE } from './desk/dialogs.ts'
import { PROGRESS_TYPE } from './desk/progress.ts'
import { TYPED_TYPE } from './typed.ts'
import type { Bounds } from './window.ts'
import type { Value } from './value.ts'

/*
 * The record types Oriel itself keeps in a session document. Windows render from these; scope `view`, written by the
 * script (`widget`) or by the main process (`script`, `notice`).
 */

/**
 * What a widget's window shows. `html` is text; `file` names an HTML file on this machine; `url` another page; `elements`
 * what is in the widget's record of type `tree`; `component` what a component has rendered; `view` one of the renderer's own.
 */
export type WidgetContent =
  | { kind: 'html'; html: string }
  | { kind: 'file'; file: string }
  | { kind: 'url'; url: string }
  | { kind: 'elements' }
  | ({ kind: 'component' } & ComponentHtml)
  | { kind: 'view'; view: 'home' | 'trust' | 'error' | 'document' }

/** HTML that a component has rendered, cut so that a change is a splice of few parts. */
export type ComponentHtml = {
  /** One after the other they are the HTML. */
  parts: string[]
  /** Counts what was shown; a page draws none that is older than what it shows. */
  frame: number
}

/** Type of the records (id `component:` + name, scope `state`) that hold the states of components which are shown. */
export const COMPONENT_TYPE = 'component'
export const componentRecordId = (name: string): string => `component:${name}`

/**
 * Type of the records (id `mounted:` + name, scope `view`) that hold what a component among elements has rendered, as
 * ComponentHtml.
 */
export const MOUNTED_TYPE = 'mounted'
export const mountedRecordId = (name: string): string => `${MOUNTED_TYPE}:${name}`

/** Props of a record of type `component`. */
export interface ComponentProps {
  /** Name of its class. */
  component: string
  state: { [key: string]: Value }
}

export type Theme = 'light' | 'dark' | 'system'

/** Props of a record of type `widget`; the record's id is `widget:` + widgetId. */
export interface WidgetProps {
  widgetId: string
  title: string
  content: WidgetContent
  /** A new random text with every new `content`; a page that already shows this revision need not draw it again. */
  revision: string
  /** CSS selector → inner HTML, in the order they are to be applied over `content`. */
  patches: { [selector: string]: string }
  theme: Theme
  resizable: boolean
  /** DIP; what the script asked for. Where the window is now lives in the session catalog. */
  width: number
  height: number
  x: number | null
  y: number | null
}

/** Where in a script something went wrong, mapped back to the source. Lines and columns count from 1. */
export interface SourcePlace {
  file: string
  line: number
  column: number
  /** The lines around the place, the failing one marked by `line`. */
  excerpt: { line: number; text: string }[]
}

/** What a window shows of a script's error. It stays on this machine: a served page never gets `stack`. */
export interface ScriptProblem {
  code: string
  message: string
  place: SourcePlace | null
  /** Mapped stack, a frame a line, without the message. */
  stack: string[]
}

export type ScriptState = 'starting' | 'running' | 'stalled' | 'stopped' | 'failed' | 'ended'

/** Props of the record `script` (type `script`): how the session's script is doing. */
export interface ScriptProps {
  state: ScriptState
  /** Absolute path, for people. */
  path: string
  problem: ScriptProblem | null
}

/** Props of a record of type `notice` (id `notice:` + name): something the person should know, shown as a banner in every window. */
export interface NoticeProps {
  level: 'info' | 'warning' | 'error'
  text: string
}

/** Props of a record of type `session` in the home document (id `session:` + sessionId). */
export interface HomeSessionProps {
  sessionId: string
  /** Null: a session without a script, which programs drive. */
  scriptPath: string | null
  title: string
  /** Unix ms */
  lastUsedAt: number
  state: 'open' | 'closed' | 'crashed'
  windows: number
  /** False: its script is gone, so it cannot be opened. */
  scriptExists: boolean
}

/** Props of a record of type `example` in the home document. */
export interface HomeExampleProps {
  name: string
  title: string
  description: string
  path: string
}

/** Props of the record `trust` in a trust document: the question about a file never seen before. */
export interface TrustProps {
  path: string
  /** SHA-256 of the file and of the local files it imports, hex. */
  hash: string
  /** Of the file alone. */
  bytes: number
}

/** Props of a record of type `schema` (id `schema:` + the record type, scope `state`): what records of that type must look like. */
export interface SchemaProps {
  recordType: string
  /** JSON Schema of their props. */
  schema: Value
}

export const SCHEMA_TYPE = 'schema'
export const schemaRecordId = (recordType: string): string => `schema:${recordType}`

/** While this record is there (type `guard`, scope `state`) the script is asked about each edit of a program. */
export const GUARD_RECORD_ID = 'guard'
export const GUARD_TYPE = 'guard'

/** Types of records that programs never write, whatever their scope. */
export const RESERVED_TYPES: ReadonlySet<string> = new Set([
  SCHEMA_TYPE,
  GUARD_TYPE,
  TREE_TYPE,
  MOUNTED_TYPE,
  ROW_CHANGES_TYPE,
  LINE_DATA_TYPE,
  'widget',
  'script',
  'notice',
  DIALOG_TYPE,
  PROGRESS_TYPE,
  COMMANDS_TYPE,
  LEAVING_TYPE,
  TYPED_TYPE,
])

export const widgetRecordId = (widgetId: string): string => `widget:${widgetId}`
export const SCRIPT_RECORD_ID = 'script'

export type { Bounds, Value }
