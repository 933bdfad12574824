import path from 'node:path'
import envPaths from 'env-paths'

/** Absolute path of the folder for everything Oriel keeps: `ORIEL_HOME`, else the system's place for an app's data. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(env.ORIEL_HOME || envPaths('oriel', { suffix: '' }).data)
}
