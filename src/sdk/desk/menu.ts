import { COMMAND_EVENT } from '../../shared/desk/asks.ts'
import { COMMANDS_TYPE, commandsRecordId } from '../../shared/desk/commands.ts'
import type { CommandsProps, MenuEntryProps } from '../../shared/desk/commands.ts'
import { parseShortcut } from '../../shared/desk/shortcuts.ts'
import { OrielError } from '../../shared/errors.ts'
import { isPlainObject } from '../../shared/document/kinds.ts'
import { checkFunction, checkKeys, checkText, refuse } from '../check.ts'
import { frames, requireSession } from '../runtime/frame.ts'
import type { Frame } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'

/** Runs in the session's context, with the `widgetId` of the window it was chosen in. */
export type CommandHandler = () => unknown

/** One line of a menu: something to do, or a line between such. */
export type MenuEntry =
  | 'separator'
  | {
      label: string
      onClick: CommandHandler
      /** 'Mod+S': Ctrl, and on a Mac Command. Default none. */
      shortcut?: string
      /** Default true. */
      enabled?: boolean
      /** With a tick, or with room for one. Default neither. */
      checked?: boolean
    }
export interface Menu {
  label: string
  entries: readonly MenuEntry[]
}

interface Commands {
  handlers: Map<string, { handler: CommandHandler; frame: Frame }>
  menus: CommandsProps['menus']
  /** Ids of the handlers of the present menus. */
  menuIds: string[]
  shortcuts: CommandsProps['shortcuts']
  count: number
}

const commands = new WeakMap<RunningSession, Commands>()

/**
 * Gives the session's windows these menus, in the place of those before; none: no menu bar. Call it again to enable, tick or
 * rename something. Throws OrielError no_session, session_closed, bad_value.
 */
export function menu(menus: readonly Menu[]): void {
  if (!Array.isArray(menus)) refuse('menu', 'a list of menus', menus)
  const session = requireSession('menu()')
  const own = commandsOf(session)
  for (const id of own.menuIds) own.handlers.delete(id)
  own.menuIds = []
  own.menus = (menus as readonly Menu[]).map((each, at) => {
    checkKeys(each, ['label', 'entries'], `menu[${at}]`)
    checkText(each.label, `menu[${at}].label`)
    if (!Array.isArray(each.entries)) refuse(`menu[${at}].entries`, 'a list', each.entries)
    const entries = (each.entries as readonly MenuEntry[]).map((entry, index) =>
      toProps(own, entry, `menu[${at}].entries[${index}]`),
    )
    return { label: each.label, entries }
  })
  write(session, own)
}

/**
 * Calls `handler` when these keys are pressed in one of the session's windows: 'Mod+K', 'F5', 'Shift+Alt+ArrowUp'. Without Mod, Ctrl, Alt or
 * Meta, not while the person types. Returns what removes it. Throws OrielError no_session, session_closed, bad_value.
 */
export function shortcut(keys: string, handler: CommandHandler): () => void {
  checkShortcut(keys, 'shortcut: keys')
  checkFunction(handler, 'shortcut: handler')
  const session = requireSession('shortcut()')
  const own = commandsOf(session)
  const id = add(own, handler)
  own.shortcuts = [...own.shortcuts, { id, shortcut: keys }]
  write(session, own)
  return () => {
    own.handlers.delete(id)
    own.shortcuts = own.shortcuts.filter((other) => other.id !== id)
    if (session.state !== 'closed') write(session, own)
  }
}

function toProps(own: Commands, entry: MenuEntry, what: string): MenuEntryProps {
  if (entry === 'separator') return { kind: 'separator' }
  checkKeys(entry, ['label', 'onClick', 'shortcut', 'enabled', 'checked'], what)
  checkText(entry.label, `${what}.label`)
  checkFunction(entry.onClick, `${what}.onClick`)
  const { label, onClick, shortcut: keys = null, enabled = true, checked = null } = entry
  if (keys !== null) checkShortcut(keys, `${what}.shortcut`)
  if (typeof enabled !== 'boolean') refuse(`${what}.enabled`, 'true or false', enabled)
  if (checked !== null && typeof checked !== 'boolean') refuse(`${what}.checked`, 'true or false', checked)
  const id = add(own, onClick)
  own.menuIds.push(id)
  return { kind: 'command', id, label, shortcut: keys, isEnabled: enabled, isChecked: checked }
}

function checkShortcut(keys: unknown, what: string): void {
  if (typeof keys !== 'string' || !parseShortcut(keys)) refuse(what, "keys such as 'Mod+S' or 'F5'", keys)
}

function add(own: Commands, handler: CommandHandler): string {
  const id = `c${++own.count}`
  own.handlers.set(id, { handler, frame: frames.getStore()! })
  return id
}

function commandsOf(session: RunningSession): Commands {
  const known = commands.get(session)
  if (known) return known
  const own: Commands = { handlers: new Map(), menus: [], menuIds: [], shortcuts: [], count: 0 }
  commands.set(session, own)
  session.system.set(COMMAND_EVENT, ({ data, widgetId }) => run(session, own, widgetId, data))
  return own
}

/** Whoever chose it waits for nothing; what it throws is the script's. */
async function run(session: RunningSession, own: Commands, widgetId: string, data: unknown): Promise<null> {
  const chosen = isPlainObject(data) ? own.handlers.get(String(data.id)) : undefined
  if (!chosen) return null
  const values = Object.freeze({ ...chosen.frame.values, widgetId })
  try {
    await frames.run(Object.freeze({ values, session: chosen.frame.session }), () => chosen.handler())
  } catch (error) {
    if (!(error instanceof OrielError && error.code === 'cancelled')) session.report(error)
  }
  return null
}

function write(session: RunningSession, { menus, shortcuts }: Commands): void {
  const id = commandsRecordId(null)
  const props = { widgetId: null, menus, shortcuts } as unknown as { [key: string]: null }
  session.link.document.transact((tx) => tx.put({ id, type: COMMANDS_TYPE, scope: 'view', props }))
}
