import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Loader, Plugin } from 'esbuild'

/** Parts of a file name that say where a module is, and what stands for them in the bundle; see `sourceFiles`. */
export const SOURCE_PLACE_DEFINES: Record<string, string> = {
  'import.meta.url': '__oriel_url',
  'import.meta.dirname': '__oriel_dirname',
  'import.meta.filename': '__oriel_filename',
  'import.meta.main': '__oriel_main',
  __dirname: '__oriel_dirname',
  __filename: '__oriel_filename',
}

const LOADERS: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.oriel': 'tsx',
  '.js': 'jsx',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
}
const NAMESPACE = 'oriel-place'
const MENTIONS_PLACE = /\bimport\.meta\b|\b__(?:dirname|filename)\b/
const OWN_JSX = /@jsx(?:ImportSource|Runtime|Frag)?\s/
/**
 * Begins what is added at the end of a file. Never in a script's own text, which has no reason to hold a NUL. Comments of
 * one line only: others would close one that the script left open.
 */
const ADDED = '\n//\0oriel'

/** The local files of one bundling, as their authors wrote them. */
export interface SourceFiles {
  plugin: Plugin
  /** Absolute paths of the local files that were read: everything outside of node_modules. */
  readonly local: ReadonlySet<string>
  /** SHA-256, hex, of each of them, of the very bytes that were bundled. */
  readonly hashes: ReadonlyMap<string, string>
  /** How `file` was read; null if it was not. */
  loaderOf(file: string): Loader | null
}

/**
 * Reads source files so that each keeps its own `import.meta.url`, `dirname`, `filename`, `__dirname` and `__filename`, and
 * JSX means React whatever a tsconfig.json beside it says. Both are added at the end of the text, so that places stay true.
 */
export function sourceFiles(entry: string): SourceFiles {
  const local = new Set<string>()
  const hashes = new Map<string, string>()
  const plugin: Plugin = {
    name: 'source-files',
    setup(build) {
      build.onLoad({ filter: /\.(?:[cm]?[jt]s|[jt]sx|oriel)$/i }, async ({ path: file, namespace }) => {
        const inPackage = /[\\/]node_modules[\\/]/.test(file)
        const loader = loaderOf(file)
        if (namespace !== 'file' || !loader) return
        if (!inPackage) local.add(file)
        const bytes = await readFile(file)
        if (!inPackage) hashes.set(file, createHash('sha256').update(bytes).digest('hex'))
        const text = bytes.toString('utf8')
        const added: string[] = []
        if (!inPackage && loader.endsWith('x') && !OWN_JSX.test(text))
          added.push('// @jsxRuntime automatic', '// @jsxImportSource react')
        if (MENTIONS_PLACE.test(text)) {
          const names =
            'url as __oriel_url, dirname as __oriel_dirname, filename as __oriel_filename, main as __oriel_main'
          added.push(`import { ${names} } from ${JSON.stringify(`${NAMESPACE}:${file}`)}`)
        }
        // A package's own files with nothing to add go the direct way.
        if (added.length === 0 && inPackage) return
        const contents = added.length === 0 ? text : `${text}${ADDED}\n${added.join('\n')}\n`
        return { contents, loader, resolveDir: path.dirname(file) }
      })
      build.onResolve({ filter: new RegExp(`^${NAMESPACE}:`) }, ({ path: specifier }) => ({
        path: specifier.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
        sideEffects: false,
      }))
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: file }) => ({
        contents: [
          `export const url = ${JSON.stringify(pathToFileURL(file).href)}`,
          `export const filename = ${JSON.stringify(file)}`,
          `export const dirname = ${JSON.stringify(path.dirname(file))}`,
          `export const main = ${file === entry}`,
        ].join('\n'),
        loader: 'js',
      }))
    },
  }
  return { plugin, local, hashes, loaderOf }
}

/** `text` of a source map without what `sourceFiles` added. */
export function withoutAddition(text: string): string {
  const at = text.lastIndexOf(ADDED)
  return at === -1 ? text : text.slice(0, at)
}

function loaderOf(file: string): Loader | null {
  return LOADERS[path.extname(file).toLowerCase()] ?? null
}
