import { readFile, stat } from 'node:fs/promises'
import { OrielError } from '../../shared/errors.ts'

/** Endings of files that can be opened as a script, longest first. */
export const SCRIPT_ENDINGS = [
  '.oriel.tsx',
  '.oriel.ts',
  '.oriel',
  '.tsx',
  '.mts',
  '.ts',
  '.jsx',
  '.mjs',
  '.js',
] as const

/**
 * Makes sure that `scriptPath` (absolute) can be opened as a script. Throws OrielError, in one line that names the path:
 * script_missing; script_type for a folder or a file of another type; script_unreadable without permission or if it is no UTF-8 text.
 */
export async function checkScript(scriptPath: string): Promise<void> {
  const shown = oneLine(scriptPath)
  const found = await stat(scriptPath).catch((error: unknown) => {
    throw refusal(error, shown)
  })
  if (found.isDirectory()) throw new OrielError('script_type', `${shown} is a folder, not a script.`)
  if (!found.isFile()) throw new OrielError('script_type', `${shown} is not a file.`)
  if (!SCRIPT_ENDINGS.some((ending) => scriptPath.toLowerCase().endsWith(ending)))
    throw new OrielError(
      'script_type',
      `${shown} is not a type of script. Oriel opens .ts, .tsx, .mts, .js, .jsx, .mjs and .oriel files.`,
    )
  const bytes = await readFile(scriptPath).catch((error: unknown) => {
    throw refusal(error, shown)
  })
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new OrielError('script_unreadable', `${shown} is not UTF-8 text. Save it as UTF-8.`, { cause: error })
  }
}

function refusal(error: unknown, shown: string): OrielError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new OrielError('script_missing', `There is no file ${shown}.`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new OrielError('script_unreadable', `${shown} may not be read: permission denied.`, { cause: error })
  return new OrielError('script_unreadable', `${shown} could not be read (${code || String(error)}).`, { cause: error })
}

/** A path may hold line breaks; the message must not. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
