import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Script } from 'node:vm'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'

/** The page of a window as one classic script, from its sources: src/renderer/testing/entry.ts. */
export async function bundlePage(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    jsx: 'automatic',
    minify: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [WITHOUT_STYLES],
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/** Nothing is laid out or painted where this runs. */
const WITHOUT_STYLES: Plugin = {
  name: 'without-styles',
  setup(bundle) {
    bundle.onResolve({ filter: /\.css(\?\w+)?$/ }, ({ path: file }) => ({ path: file, namespace: 'no-style' }))
    bundle.onLoad({ filter: /.*/, namespace: 'no-style' }, () => ({ contents: 'export default ""' }))
  },
}

/** The same, compiled: as it was built into `renderer`, or else from the sources beside it. */
export async function loadPageCode({ root, renderer }: { root: string; renderer: string }): Promise<Script> {
  const source = path.join(root, 'src/renderer/testing/entry.ts')
  const built = path.join(renderer, 'testing/page.js')
  const code = existsSync(source) ? await bundlePage(source) : readFileSync(built, 'utf8')
  return new Script(code, { filename: built })
}
