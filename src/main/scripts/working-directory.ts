import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { frames } from '../../sdk/runtime/frame.ts'

type AnyFunction = (this: unknown, ...values: unknown[]) => unknown
type Functions = Record<string, unknown>

/** Functions of `fs` whose first argument is a path; also with `Sync`, and in `fs/promises`. */
const ONE_PATH = [
  'access',
  'appendFile',
  'chmod',
  'chown',
  'createReadStream',
  'createWriteStream',
  'exists',
  'lchmod',
  'lchown',
  'lstat',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'mkdtempDisposable',
  'open',
  'openAsBlob',
  'opendir',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'truncate',
  'unlink',
  'unwatchFile',
  'utimes',
  'watch',
  'watchFile',
  'writeFile',
] as const
const TWO_PATHS = ['copyFile', 'cp', 'link', 'rename'] as const

/**
 * Gives each session of this process a working directory of its own, which a worker thread cannot have: `process.cwd` and
 * `process.chdir`, relative paths in `fs` and `fs/promises`, and the default `cwd` of `child_process`. Outside of a session
 * everything is as before, or relative to `outside` where that is given. Returns what undoes it.
 */
export function followWorkingDirectory(outside?: string): () => void {
  const undo: (() => void)[] = []
  const cwd = process.cwd.bind(process)
  const chdir = process.chdir.bind(process)
  const folder = (): string => frames.getStore()?.session?.folder ?? outside ?? cwd()
  const isOurs = (): boolean => outside !== undefined || Boolean(frames.getStore()?.session)

  replace(process as unknown as Functions, 'cwd', () => folder)
  replace(process as unknown as Functions, 'chdir', () => (target: unknown) => {
    const session = frames.getStore()?.session
    if (!session) return chdir(target as string)
    const absolute = path.resolve(session.folder, String(target))
    // Throws ENOENT and ENOTDIR, as the real one does.
    fs.readdirSync(absolute)
    session.folder = absolute
  })
  for (const functions of [fs, fs.promises] as unknown as Functions[]) {
    for (const name of ONE_PATH.flatMap((one) => [one, `${one}Sync`])) replace(functions, name, at(0))
    for (const name of TWO_PATHS.flatMap((one) => [one, `${one}Sync`])) replace(functions, name, at(0, 1))
    // The target of a link is what the link says, relative to the link.
    for (const name of ['symlink', 'symlinkSync']) replace(functions, name, at(1))
  }
  for (const name of ['spawn', 'spawnSync', 'fork', 'execFile', 'execFileSync'])
    replace(childProcess, name, withFolder(2))
  for (const name of ['exec', 'execSync']) replace(childProcess, name, withFolder(1))
  syncBuiltinESMExports()

  return () => {
    for (const step of undo.reverse()) step()
    syncBuiltinESMExports()
  }

  /** Resolves the arguments at these places. */
  function at(...places: number[]): (original: AnyFunction) => AnyFunction {
    return (original) =>
      function (...values) {
        if (!isOurs()) return original.apply(this, values)
        for (const place of places) values[place] = absolutePath(values[place])
        return original.apply(this, values)
      }
  }

  function absolutePath(value: unknown): unknown {
    if (typeof value === 'string' && value !== '') return path.isAbsolute(value) ? value : joined(value)
    if (Buffer.isBuffer(value)) {
      const text = value.toString('latin1')
      return path.isAbsolute(text) ? value : Buffer.concat([Buffer.from(`${folder()}${path.sep}`), value])
    }
    return value
  }

  /** A trailing separator means something to mkdtemp and others. */
  function joined(relative: string): string {
    const absolute = path.resolve(folder(), relative)
    return /[\\/]$/.test(relative) ? absolute + path.sep : absolute
  }

  /** Sets the `cwd` of the options, which stand after the command and, with `mostBefore` 2, its optional list of arguments. */
  function withFolder(mostBefore: 1 | 2): (original: AnyFunction) => AnyFunction {
    const filled = (values: unknown[]): unknown[] => {
      if (!isOurs()) return values
      const place = mostBefore === 2 && (Array.isArray(values[1]) || values[1] == null) ? Math.min(values.length, 2) : 1
      const given = values[place]
      const options = typeof given === 'object' && given !== null ? (given as { cwd?: unknown }) : {}
      const withCwd = { ...options, cwd: options.cwd == null ? folder() : absolutePath(options.cwd) }
      const rest = values.slice(typeof given === 'function' ? place : place + 1)
      return [...values.slice(0, place), withCwd, ...rest]
    }
    return (original) => {
      const replaced: AnyFunction = function (...values) {
        return original.apply(this, filled(values))
      }
      const promised = (original as { [promisify.custom]?: AnyFunction })[promisify.custom]
      return promised
        ? Object.assign(replaced, { [promisify.custom]: (...values: unknown[]) => promised(...filled(values)) })
        : replaced
    }
  }

  function replace(functions: Functions, name: string, make: (original: AnyFunction) => AnyFunction): void {
    const original = functions[name]
    if (typeof original !== 'function') return
    const replaced = make(original as AnyFunction)
    // promisify.custom and the like
    for (const key of Reflect.ownKeys(original))
      if (!Object.hasOwn(replaced, key))
        Object.defineProperty(replaced, key, Object.getOwnPropertyDescriptor(original, key)!)
    const { native } = original as { native?: AnyFunction }
    if (native) Object.assign(replaced, { native: make(native) })
    Object.defineProperty(replaced, 'name', { value: original.name })
    functions[name] = replaced
    undo.push(() => (functions[name] = original))
  }
}
