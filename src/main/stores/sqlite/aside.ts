import { existsSync, renameSync } from 'node:fs'

/**
 * Renames a damaged database, with its log, to `<file>.damaged-2026-11-21T10-00-00Z` (a number is added if that exists).
 * Nothing is deleted. Gives the new path. Every connection of ours must be closed.
 */
export function moveAside(file: string, now: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')
  let aside = `${file}.damaged-${stamp}`
  for (let number = 2; existsSync(aside); number++) aside = `${file}.damaged-${stamp}-${number}`
  // The log goes first: left behind alone it would be played into the new database.
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  }
  return aside
}
