// Writes docs/api/NAME.md: the declarations of what scripts import as `oriel` or `oriel/NAME`, to be read in reviews like
// code. With --check it writes nothing and fails if a file is not what the sources say.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Package entry → source. */
const ENTRIES = {
  oriel: 'src/sdk/index.ts',
  'oriel-client': 'src/sdk/client.ts',
  'oriel-data': 'src/sdk/data.ts',
  'oriel-components': 'src/sdk/components.ts',
  'oriel-state': 'src/sdk/state.ts',
  'oriel-testing': 'src/sdk/testing.ts',
  'oriel-ui': 'src/sdk/ui.ts',
}

const check = process.argv.includes('--check')
const emitted = mkdtempSync(path.join(tmpdir(), 'oriel-api-'))
let stale = false
try {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const options = [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--rootDir',
    root,
    '--outDir',
    emitted,
  ]
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, '-p', path.join(root, 'tsconfig.node.json'), ...options],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stdout)
  for (const [name, source] of Object.entries(ENTRIES)) {
    const file = path.join(root, 'docs/api', `${name}.md`)
    const text = `# ${name}\n\nMade from the sources by \`node scripts/api.mjs\`.\n\n${report(source)}`
    if (!check) {
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, text)
    } else if (text !== read(file)) {
      stale = true
      console.error(`docs/api/${name}.md is not what the sources say. Look at the difference: node scripts/api.mjs`)
    }
  }
} finally {
  rmSync(emitted, { recursive: true, force: true })
}
process.exitCode = stale ? 1 : 0

/** The entry, then each module it exports from, in the order in which they are named there. */
function report(source) {
  const entry = declarations(source)
  const modules = [...entry.matchAll(/from '(\.[^']+)'/g)].map(([, to]) =>
    path.posix.join(path.posix.dirname(source), to),
  )
  const parts = [source, ...new Set(modules)].map(
    (module) => `## ${module}\n\n\`\`\`ts\n${declarations(module).trim()}\n\`\`\`\n`,
  )
  return parts.join('\n')
}

function declarations(source) {
  return readFileSync(path.join(emitted, source.replace(/\.tsx?$/, '.d.ts')), 'utf8')
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
