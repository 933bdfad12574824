/** One entry of a menu. */
export type MenuEntryProps =
  | { kind: 'separator' }
  | {
      kind: 'command'
      id: string
      label: string
      shortcut: string | null
      isEnabled: boolean
      isChecked: boolean | null
    }

/** Props of a record of type `commands` (id `commands:` + widgetId, or `commands` for every window): menus, and keys without one. Written by the script. */
export interface CommandsProps {
  widgetId: string | null
  menus: { label: string; entries: MenuEntryProps[] }[]
  shortcuts: { id: string; shortcut: string }[]
}
export const COMMANDS_TYPE = 'commands'
export const commandsRecordId = (widgetId: string | null): string =>
  widgetId === null ? 'commands' : `commands:${widgetId}`

/** Props of a record of type `leaving` (id `leaving:` + widgetId): what is to happen before a window is closed. Written by the script. */
export interface LeavingProps {
  widgetId: string
  /** There are changes that closing would lose. */
  isUnsaved: boolean
  /** The script decides. */
  asksScript: boolean
}
export const LEAVING_TYPE = 'leaving'
export const leavingRecordId = (widgetId: string): string => `leaving:${widgetId}`
