import { hasExtension } from '../../shared/desk/dialogs.ts'
import type { FolderEntry } from '../../shared/desk/dialogs.ts'

/** Whether somebody types a path of their own, and not the beginning of a name. */
export function isPath(typed: string): boolean {
  return /^(\/|~([\\/]|$)|[A-Za-z]:[\\/]|\\\\)/.test(typed)
}

/** `name` in `folder`, in the way that paths of this computer are written. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}

/** The name that a file is saved under: with the first extension, unless it has one of them. */
export function savedName(name: string, extensions: readonly string[]): string {
  return extensions.length === 0 || hasExtension(name, extensions) ? name : `${name}.${extensions[0]}`
}

/** Those whose names have what was typed in them, those that begin with it first. */
export function shownEntries(entries: readonly FolderEntry[], typed: string): readonly FolderEntry[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return entries
  const starts = (entry: FolderEntry) => entry.name.toLowerCase().startsWith(wanted)
  const has = entries.filter((entry) => entry.name.toLowerCase().includes(wanted))
  return [...has.filter(starts), ...has.filter((entry) => !starts(entry))]
}
