import { mkdir, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { BuildResult } from 'esbuild'
import { randomId } from '../../shared/ids.ts'
import type { Log } from '../log.ts'
import { bundleProblem, isBuildFailure, missingFiles } from './bundle-problem.ts'
import { checkScript } from './check-script.ts'
import { nativePackages } from './native-packages.ts'
import { runtimeImports } from './runtime-imports.ts'
import type { Runtime } from './runtime-imports.ts'
import { ScriptError } from './script-error.ts'
import { SOURCE_PLACE_DEFINES, sourceFiles, withoutAddition } from './source-files.ts'
import type { ScriptBundle } from './types.ts'

/** File name of every bundle. */
export const BUNDLE_NAME = 'script.mjs'
/** Imported as their text. */
const TEXT_ENDINGS = ['.css', '.csv', '.tsv', '.html', '.md', '.sql', '.svg', '.txt', '.xml', '.yaml', '.yml']

export interface BundleOptions {
  runtime: Runtime
  /** Absolute and without symbolic links, as stacks will name it. The bundle gets a folder of its own inside. Made if missing. */
  outDir: string
  log: Log
}

/**
 * Checks `scriptPath` and bundles it, with everything it imports, into one ES module for Node 24. Throws OrielError
 * script_missing | script_unreadable | script_type, or ScriptError for what the code itself has wrong.
 */
export async function bundleScript(scriptPath: string, options: BundleOptions): Promise<ScriptBundle> {
  const entry = path.resolve(scriptPath)
  await checkScript(entry)
  const folder = path.dirname(entry)
  const outDir = path.join(options.outDir, randomId(12))
  await mkdir(outDir, { recursive: true })
  const bundlePath = path.join(outDir, BUNDLE_NAME)
  const files = sourceFiles(await realpath(entry))
  let result: BuildResult<{ write: false; metafile: true }>
  try {
    result = await build({
      entryPoints: [entry],
      outfile: bundlePath,
      absWorkingDir: folder,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      charset: 'utf8',
      sourcemap: 'linked',
      sourcesContent: true,
      // Names are what state is stored under and what stacks show; renaming in the bundle must not change them.
      keepNames: true,
      jsx: 'automatic',
      jsxImportSource: 'react',
      loader: { '.oriel': 'tsx', ...Object.fromEntries(TEXT_ENDINGS.map((ending) => [ending, 'text' as const])) },
      resolveExtensions: ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.json', '.oriel'],
      define: SOURCE_PLACE_DEFINES,
      banner: { js: requireBanner(entry) },
      plugins: [runtimeImports(options.runtime), nativePackages(), files.plugin],
      logLevel: 'silent',
    })
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const inputs = [...files.local, entry, ...missingFiles(error, folder)]
    throw new ScriptError(await bundleProblem(error, folder, files), [...new Set(inputs)])
  }
  for (const { text, location } of result.warnings)
    options.log.warn('script warning', { text, file: location?.file, line: location?.line })
  for (const { path: file, text } of result.outputFiles)
    await writeFile(file, file.endsWith('.map') ? sourceMap(text, outDir) : text)
  return {
    scriptPath: entry,
    bundlePath,
    inputs: localInputs(result, folder),
    hashes: files.hashes,
    usesReact: Object.values(result.metafile.outputs).some(({ imports }) => imports.some(isReact(options.runtime))),
    hasEntry: Object.values(result.metafile.outputs).some(({ exports }) => exports.includes('default')),
  }
}

/** Whether an import is of React itself, from the app. */
function isReact(runtime: Runtime): (target: { path: string }) => boolean {
  const react = [runtime['react'], runtime['react/jsx-runtime']].flatMap((url) =>
    url ? [url, fileURLToPath(url)] : [],
  )
  return ({ path: target }) => react.includes(target)
}

/** Packages in CommonJS ask for Node's own modules with `require`, which an ES module lacks; relative to the script, as they would be unbundled. */
function requireBanner(entry: string): string {
  const url = JSON.stringify(pathToFileURL(entry).href)
  return `import { createRequire as __oriel_createRequire } from 'node:module'; const require = __oriel_createRequire(${url});`
}

/** Absolute sources, since the bundle may be read from elsewhere, with the text their authors wrote. */
function sourceMap(text: string, outDir: string): string {
  const map = JSON.parse(text) as { sources: string[]; sourcesContent: (string | null)[] }
  map.sources = map.sources.map((source) =>
    /^[a-z-]{2,}:/i.test(source) ? source : pathToFileURL(path.resolve(outDir, source)).href,
  )
  map.sourcesContent = map.sourcesContent.map((content) => content && withoutAddition(content))
  return JSON.stringify(map)
}

/** Compiled code that stays where it is counts too: it runs like the rest. */
function localInputs(result: BuildResult<{ metafile: true }>, folder: string): string[] {
  const bundled = Object.keys(result.metafile.inputs)
    .filter((input) => !/^[a-z-]{2,}:/i.test(input))
    .map((input) => path.resolve(folder, input))
  const compiled = Object.values(result.metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter((target) => target.external && target.path.endsWith('.node'))
    .map((target) => (target.path.startsWith('file:') ? fileURLToPath(target.path) : target.path))
  return [...new Set([...bundled, ...compiled])].filter((input) => !/[\\/]node_modules[\\/]/.test(input))
}
