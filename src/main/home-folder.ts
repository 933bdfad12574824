import { mkdirSync } from 'node:fs'
import path from 'node:path'
import envPaths from 'env-paths'

/** Absolute path of the folder for everything Oriel keeps: `ORIEL_HOME`, else the system's place for an app's data. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(env.ORIEL_HOME || envPaths('oriel', { suffix: '' }).data)
}

/** Makes the home folder, for this user alone, if it is missing. Where that cannot be done, whoever needs it will say so. */
export function makeHomeFolder(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
  } catch {
    // A file is in the way, or the disk takes nothing: the app then goes on in memory.
  }
}
