import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { transform } from 'esbuild'
import type { BuildFailure, Message } from 'esbuild'
import type { ScriptProblem } from '../../shared/records.ts'
import { SCRIPT_ENDINGS } from './check-script.ts'
import { excerptOf } from './excerpt.ts'
import type { SourceFiles } from './source-files.ts'

/** Whether `error` is what esbuild throws for wrong input. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0
}

/** The first error of a failed bundling, as the script's author should see it. `folder`: what esbuild's paths start from. */
export async function bundleProblem(failure: BuildFailure, folder: string, files: SourceFiles): Promise<ScriptProblem> {
  const first = failure.errors[0]!
  const more = failure.errors.length - 1
  const file = first.location?.file ? path.resolve(folder, first.location.file) : null
  const source = file === null ? null : await readFile(file, 'utf8').catch(() => null)
  const message = file !== null && source !== null ? await trueMessage(first, source, file, files) : first
  const text =
    friendlyText(message, folder) + (more > 0 ? ` (and ${more} more ${more === 1 ? 'error' : 'errors'})` : '')
  const { location } = message
  if (file === null || location === null) return { code: 'script_syntax', message: text, place: null, stack: [] }
  return {
    code: 'script_syntax',
    message: text,
    place: {
      file,
      line: location.line,
      column: characterAt(location.lineText, location.column) + 1,
      excerpt: source === null ? [] : excerptOf(source, location.line),
    },
    stack: [],
  }
}

/** Files that were imported by a relative path and are not there: making one may mend the script. */
export function missingFiles(failure: BuildFailure, folder: string): string[] {
  return failure.errors.flatMap(({ text, location }) => {
    const specifier = UNRESOLVED.exec(text)?.[1]
    if (!specifier?.startsWith('.') || !location) return []
    const target = path.resolve(folder, path.dirname(location.file), specifier)
    return [target, ...SCRIPT_ENDINGS.map((ending) => target + ending)]
  })
}

const UNRESOLVED = /^Could not resolve "([^"]+)"/

function friendlyText({ text, location }: Message, folder: string): string {
  const specifier = UNRESOLVED.exec(text)?.[1]
  if (specifier === undefined) return text
  if (/^[./]|^[a-z]:/i.test(specifier)) return `There is no file "${specifier}" to import.`
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const beside = location ? path.dirname(path.resolve(folder, location.file)) : folder
  return `The package "${name}" is not installed. Run "npm install ${name}" in ${beside}.`
}

/** Code that is cut short fails in what was added after its end; alone, it gives the error its author should see. */
async function trueMessage(message: Message, source: string, file: string, files: SourceFiles): Promise<Message> {
  const loader = files.loaderOf(file)
  const lines = source.split('\n').length
  if (!loader || !message.location || message.location.line <= lines) return message
  try {
    await transform(source, { loader, format: 'esm', target: 'node24', logLevel: 'silent' })
    return message
  } catch (error) {
    return isBuildFailure(error) ? error.errors[0]! : message
  }
}

/** esbuild counts columns in bytes. */
function characterAt(lineText: string, byte: number): number {
  return Buffer.from(lineText).subarray(0, byte).toString().length
}
