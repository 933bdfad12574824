/**
 * A lint rule for which folder may import what (`oriel/layers`, loaded by .oxlintrc.json). The tables below are the
 * architecture: read them top down. It looks at imports, type imports, re-exports, import() and import types alike.
 */
import { posix } from 'node:path'

/** Folder of src/ → what it may import beside itself; the longest matching folder counts. */
const DIRECTION: Record<string, readonly string[]> = {
  'src/shared/': [],
  'src/client/': ['src/shared/'],
  'src/renderer/': ['src/shared/', 'src/client/'],
  'src/sdk/': ['src/shared/', 'src/client/'],
  // The package entry of a part that programs use without the app.
  'src/sdk/state.ts': ['src/shared/', 'src/main/stores/state/'],
  // Scripts in tests: the whole app, without a window.
  'src/sdk/testing.ts': ['src/shared/', 'src/sdk/', 'src/main/testing/'],
  'src/sdk/components.ts': ['src/shared/', 'src/sdk/', 'src/main/stores/state/'],
  'src/preload/': ['src/shared/'],
  'src/main/': ['src/shared/', 'src/client/'],
  'src/main/engine/': ['src/shared/', 'src/main/log.ts', 'types.ts of a family'],
  'src/main/hosts/': ['src/shared/', 'src/main/log.ts', 'src/main/process.ts', 'types.ts of a family'],
  'src/main/stores/': ['src/shared/', 'src/main/log.ts', 'types.ts of a family'],
  'src/main/stores/state/': ['src/shared/', 'src/main/log.ts', 'src/main/home-folder.ts', 'src/main/stores/sqlite/'],
  'src/main/carriers/': ['src/shared/', 'src/main/log.ts', 'types.ts of a family'],
  'src/main/server/': ['src/shared/', 'src/main/log.ts', 'types.ts of a family'],
  // The worker entry is where the SDK's runtime and a script come together.
  'src/main/scripts/': [
    'src/shared/',
    'src/client/',
    'src/sdk/',
    'src/main/log.ts',
    'src/main/process.ts',
    // Scripts run inside the app, which oriel/state cannot know.
    'src/main/stores/state/defaults.ts',
    'types.ts of a family',
  ],
}

/** Folders of implementations of one interface, with their adapters: NAME.ts or NAME/. No adapter imports another. */
const FAMILIES: Record<string, readonly string[]> = {
  'src/main/hosts/': ['electron', 'chromium', 'headless'],
  'src/main/stores/': ['memory', 'sqlite', 'redis'],
  'src/main/stores/state/': ['memory', 'sqlite', 'redis'],
  'src/main/carriers/': ['ipc'],
  'src/shared/carriers/': ['message-port', 'websocket'],
  'src/main/scripts/': [],
  'src/main/server/': [],
}

/** Third-party package → where it may be imported. What is not listed may be used anywhere. */
const HOMES: Record<string, readonly string[]> = {
  electron: [
    'src/main/index.ts',
    'src/main/electron/',
    'src/main/hosts/electron',
    'src/main/carriers/ipc',
    'src/preload/',
  ],
  ws: ['src/main/server/', 'src/main/carriers/'],
  'better-sqlite3': ['src/main/stores/sqlite', 'src/main/stores/state/sqlite'],
  '@redis/client': ['src/main/stores/state/redis'],
  '@duckdb/node-api': ['src/sdk/data/'],
  'apache-arrow': ['src/sdk/data/'],
  react: ['src/renderer/', 'src/sdk/'],
  'react-dom': ['src/renderer/', 'src/sdk/'],
  'react-reconciler': ['src/sdk/'],
}

/** The composition roots: they import, nothing imports them. */
const ROOTS = ['src/main/index.ts', 'src/main/cli.ts']

/** Where Electron's raw message channels may be touched; everyone else speaks through a carrier, which checks the sender. */
const RAW_IPC = ['src/main/carriers/ipc', 'src/preload/']

/** Folders that must run without Node. */
const NO_NODE = ['src/shared/', 'src/client/', 'src/renderer/']

/** Why `file` (path from the repository's root, `/` as separator) may not import `specifier`; null if it may. */
export function refusal(file: string, specifier: string): string | null {
  if (!file.startsWith('src/')) return null
  if (!specifier.startsWith('.')) return packageRefusal(file, specifier)
  const target = posix.normalize(posix.join(posix.dirname(file), specifier))
  if (!target.startsWith('src/')) return null

  if (ROOTS.includes(target)) return `${target} is a composition root: it wires the others and nothing imports it`

  const family = Object.keys(FAMILIES).find((folder) => file.startsWith(folder) && target.startsWith(folder))
  if (family) {
    const [from, to] = [adapterOf(file), adapterOf(target)]
    return from && to && from !== to ? `adapters of ${family} never import each other (${from} imports ${to})` : null
  }

  const layer = layerOf(file)
  if (!layer || target.startsWith(layer)) return null
  const allowed = DIRECTION[layer] ?? []
  const isFamilyTypes = Object.keys(FAMILIES).some((folder) => target === `${folder}types.ts`)
  if (allowed.some((entry) => target.startsWith(entry) || (entry === 'types.ts of a family' && isFamilyTypes)))
    return null
  return `${layer} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing outside itself'}; ${target} is elsewhere`
}

function packageRefusal(file: string, specifier: string): string | null {
  if (specifier.startsWith('node:')) {
    const layer = NO_NODE.find((folder) => file.startsWith(folder))
    return layer ? `${layer} runs without Node` : null
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const homes = HOMES[name]
  if (!homes || homes.some((home) => file.startsWith(home))) return null
  return `${name} has its home in ${homes.join(', ')}`
}

function layerOf(file: string): string | null {
  return (
    Object.keys(DIRECTION)
      .filter((folder) => file.startsWith(folder))
      .toSorted((a, b) => b.length - a.length)[0] ?? null
  )
}

/** Of the innermost family, if it is part of an adapter: what stands for SQLite in one family may use SQLite's of another. */
function adapterOf(path: string): string | undefined {
  const family = Object.keys(FAMILIES)
    .filter((folder) => path.startsWith(folder))
    .toSorted((a, b) => b.length - a.length)[0]
  return family && FAMILIES[family]?.find((name) => isAdapter(path, family, name))
}

/** NAME.ts, NAME-something.ts and what is below NAME/ are one adapter. */
function isAdapter(path: string, family: string, name: string): boolean {
  return path.startsWith(`${family}${name}`) && /^[-./]/.test(path.slice(family.length + name.length))
}

interface Specifier {
  type: string
  /** Of an import. */
  imported?: { name?: string }
  /** Of a re-export. */
  local?: { name?: string }
}

interface ImportNode {
  source?: { type: string; value?: unknown } | null
  specifiers?: Specifier[]
}

interface RuleContext {
  filename: string
  cwd: string
  report(problem: { node: unknown; message: string }): void
}

function createRule(context: RuleContext): Record<string, (node: ImportNode) => void> {
  const path = context.filename.replaceAll('\\', '/')
  const root = context.cwd.replaceAll('\\', '/')
  const file = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path

  const check = (node: ImportNode): void => {
    const { source } = node
    if (typeof source?.value !== 'string') return
    const reason = refusal(file, source.value) ?? rawIpcRefusal(file, source.value, node.specifiers ?? [])
    if (reason) context.report({ node: source, message: reason })
  }
  return {
    ImportDeclaration: check,
    ExportNamedDeclaration: check,
    ExportAllDeclaration: check,
    ImportExpression: check,
    TSImportType: check,
  }
}

function rawIpcRefusal(file: string, specifier: string, specifiers: Specifier[]): string | null {
  if (specifier !== 'electron' || !file.startsWith('src/') || RAW_IPC.some((home) => file.startsWith(home))) return null
  const isRaw = ({ type, imported, local }: Specifier): boolean => {
    // A default or a namespace import would reach them without naming them.
    if (type !== 'ImportSpecifier' && type !== 'ExportSpecifier') return true
    const name = (imported ?? local)?.name
    return name === 'ipcMain' || name === 'ipcRenderer'
  }
  return specifiers.some(isRaw)
    ? 'ipcMain and ipcRenderer belong to carriers/ipc and the preload; import the rest of electron by name'
    : null
}

export default { meta: { name: 'oriel' }, rules: { layers: { create: createRule } } }
