import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'
import type { Layout } from '../layout.ts'
import { writeEditorConfig } from './editor-config.ts'

const SCRIPT_ENDING = /\.oriel\.tsx?$/

export interface NewScript {
  name: string
  template: string
  cwd: string
  layout: Pick<Layout, 'root' | 'templates'>
}

/**
 * `oriel new`: writes a script from a template into `cwd`, and beside it what editors need to help with it. Gives the paths of
 * what was written, the script first. Throws bad_usage for an unknown template or a file that is there already.
 */
export async function newScript(options: NewScript): Promise<string[]> {
  const { templates, root } = options.layout
  const files = (await readdir(templates)).filter((file) => SCRIPT_ENDING.test(file))
  const file = files.find((candidate) => candidate.replace(SCRIPT_ENDING, '') === options.template)
  if (!file) {
    const names = files.map((candidate) => candidate.replace(SCRIPT_ENDING, '')).toSorted()
    throw new OrielError('bad_usage', `There is no template "${options.template}". Choose one of: ${names.join(', ')}.`)
  }
  const ending = SCRIPT_ENDING.exec(file)![0]
  const own = /\.(tsx?|jsx?|oriel)$/.exec(options.name)?.[0]
  if (ending.endsWith('x') && (own === '.ts' || own === '.js'))
    throw new OrielError(
      'bad_usage',
      `The template "${options.template}" has elements in it, which a ${own} file cannot have. Name it ${options.name}x, or choose --template page.`,
    )
  const target = path.resolve(options.cwd, own ? options.name : options.name + ending)
  try {
    await writeFile(target, await readFile(path.join(templates, file)), { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'is there already. Choose another name.' : `could not be written (${code}).`
    throw new OrielError('bad_usage', `${target} ${why}`, { cause: error })
  }
  // The script is what was asked for: where the rest cannot be written it works all the same.
  const config = await writeEditorConfig(path.dirname(target), root).catch(() => null)
  return config === null ? [target] : [target, config]
}
