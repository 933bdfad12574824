import { readFile, readdir } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { targetOf } from './runtime-imports.ts'

const PACKAGE_ROOT = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/
/** Folders inside each other that are searched for compiled code. */
const SEARCH_DEPTH = 4

/**
 * Leaves packages with compiled code where they are: they find their `.node` file by their own place, which a bundle would
 * change. Imported by their absolute path, since the bundle lies elsewhere.
 */
export function nativePackages(): Plugin {
  return {
    name: 'native-packages',
    setup(build) {
      const native = new Map<string, Promise<boolean>>()
      const ours = Symbol('resolving')
      build.onResolve({ filter: /.*/ }, async (request) => {
        const { path: specifier, kind, importer, resolveDir, namespace, pluginData } = request
        if (pluginData === ours || kind === 'entry-point' || namespace !== 'file') return
        const compiled = specifier.endsWith('.node')
        if (!compiled && (/^[./]|^[a-z]:/i.test(specifier) || isBuiltin(specifier))) return
        const found = await build.resolve(specifier, { kind, importer, resolveDir, namespace, pluginData: ours })
        if (found.errors.length > 0 || found.external || found.namespace !== 'file') return
        const root = PACKAGE_ROOT.exec(found.path)?.[0]
        const external = found.path.endsWith('.node') || (root !== undefined && (await isNative(root)))
        if (external) return { path: targetOf(kind, pathToFileURL(found.path).href), external: true }
        return { path: found.path, sideEffects: found.sideEffects, suffix: found.suffix }
      })

      function isNative(root: string): Promise<boolean> {
        let known = native.get(root)
        if (!known) native.set(root, (known = holdsCompiledCode(root)))
        return known
      }
    },
  }
}

/** Whether the package in `root`, or one of the per-platform packages it chooses from, holds a `.node` file or builds one. */
async function holdsCompiledCode(root: string): Promise<boolean> {
  if (await holdsNodeFile(root, SEARCH_DEPTH)) return true
  const manifest = await readManifest(root)
  const modules = root.slice(0, root.lastIndexOf('node_modules') + 'node_modules'.length)
  for (const name of Object.keys(manifest.optionalDependencies ?? {}))
    for (const folder of [path.join(root, 'node_modules', name), path.join(modules, name)])
      if (await holdsNodeFile(folder, SEARCH_DEPTH)) return true
  return false
}

async function holdsNodeFile(folder: string, depth: number): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  if (entries.some((entry) => entry.name.endsWith('.node') || entry.name === 'binding.gyp')) return true
  if (depth === 0) return false
  for (const entry of entries)
    if (entry.isDirectory() && entry.name !== 'node_modules')
      if (await holdsNodeFile(path.join(folder, entry.name), depth - 1)) return true
  return false
}

async function readManifest(root: string): Promise<{ optionalDependencies?: Record<string, string> }> {
  try {
    return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as object
  } catch {
    return {}
  }
}
