import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Where the parts of this installation are. Absolute paths; URLs where Node wants URLs. */
export interface Layout {
  root: string
  /** Of this installation. */
  readonly version: string
  resources: string
  examples: string
  templates: string
  /** The renderer's built files. */
  renderer: string
  preload: string
  /** The command's own file, for desktop entries. */
  cli: string
  /** Entry of the script worker. */
  worker: URL
  /** What scripts import from the app itself: specifier → URL of the module. */
  runtime: Record<string, string>
}

/** `entryUrl`: `import.meta.url` of src/main/cli.ts, or of what it was built to, out/main/cli.js; both lie two folders deep. */
export function layoutOf(entryUrl: string): Layout {
  const entry = fileURLToPath(entryUrl)
  const root = path.resolve(path.dirname(entry), '../..')
  const fromSource = entry.endsWith('.ts')
  const main = path.join(root, fromSource ? 'src' : 'out/main')
  const url = (...parts: string[]) => pathToFileURL(path.join(...parts)).href
  const installed = (specifier: string) => import.meta.resolve(specifier)
  return {
    root,
    // Read when it is asked for: a start does not need it.
    get version() {
      return readVersion(root)
    },
    resources: path.join(root, 'resources'),
    examples: path.join(root, 'resources/examples'),
    templates: path.join(root, 'resources/templates'),
    renderer: path.join(root, 'out/renderer'),
    preload: path.join(root, 'out/preload/index.cjs'),
    cli: entry,
    worker: new URL(fromSource ? url(main, 'main/scripts/worker.ts') : url(main, 'scripts/worker.js')),
    runtime: {
      oriel: url(main, fromSource ? 'sdk/index.ts' : 'sdk/index.js'),
      'oriel/client': url(main, fromSource ? 'sdk/client.ts' : 'sdk/client.js'),
      'oriel/data': url(main, fromSource ? 'sdk/data.ts' : 'sdk/data.js'),
      'oriel/components': url(main, fromSource ? 'sdk/components.ts' : 'sdk/components.js'),
      'oriel/state': url(main, fromSource ? 'sdk/state.ts' : 'sdk/state.js'),
      'oriel/ui': url(main, fromSource ? 'sdk/ui.ts' : 'sdk/ui.js'),
      react: installed('react'),
      'react/jsx-runtime': installed('react/jsx-runtime'),
      zod: installed('zod'),
    },
  }
}

function readVersion(root: string): string {
  return (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version
}
