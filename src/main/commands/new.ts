import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'

const SCRIPT_ENDING = /\.oriel\.tsx?$/

/** `oriel new`: writes a script from a template into `cwd` and gives its path. Throws bad_usage for an unknown template or a file that is there already. */
export async function newScript(options: {
  name: string
  template: string
  templatesDir: string
  cwd: string
}): Promise<string> {
  const files = (await readdir(options.templatesDir)).filter((file) => SCRIPT_ENDING.test(file))
  const file = files.find((candidate) => candidate.replace(SCRIPT_ENDING, '') === options.template)
  if (!file) {
    const names = files.map((candidate) => candidate.replace(SCRIPT_ENDING, '')).toSorted()
    throw new OrielError('bad_usage', `There is no template "${options.template}". Choose one of: ${names.join(', ')}.`)
  }
  const ending = SCRIPT_ENDING.exec(file)![0]
  const target = path.resolve(
    options.cwd,
    /\.(tsx?|jsx?|oriel)$/.test(options.name) ? options.name : options.name + ending,
  )
  try {
    await writeFile(target, await readFile(path.join(options.templatesDir, file)), { flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'is there already. Choose another name.' : `could not be written (${code}).`
    throw new OrielError('bad_usage', `${target} ${why}`, { cause: error })
  }
  return target
}
