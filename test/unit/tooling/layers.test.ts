import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')

/** File → its only line → what the linter must say of it, or null if it is fine. */
const cases: [title: string, file: string, line: string, refusal: RegExp | null][] = [
  ['shared imports shared', 'src/shared/a.ts', "export * from './ids.ts'", null],
  [
    'shared imports no client',
    'src/shared/b.ts',
    "export * from '../client/document.ts'",
    /src\/shared\/ may import nothing/,
  ],
  ['shared knows no Node', 'src/shared/c.ts', "export * from 'node:path'", /runs without Node/],
  ['shared knows no React', 'src/shared/d.ts', "export type { FC } from 'react'", /react has its home/],
  ['client imports shared', 'src/client/a.ts', "export * from '../shared/ids.ts'", null],
  [
    'client imports no sdk',
    'src/client/b.ts',
    "export * from '../sdk/index.ts'",
    /src\/client\/ may import src\/shared\//,
  ],
  ['client knows no ws', 'src/client/c.ts', "export type { WebSocket } from 'ws'", /ws has its home/],
  ['renderer imports client', 'src/renderer/a.ts', "export * from '../client/document.ts'", null],
  ['renderer imports React', 'src/renderer/b.ts', "export { useState } from 'react'", null],
  [
    'renderer imports no main',
    'src/renderer/views/c.ts',
    "export * from '../../main/log.ts'",
    /src\/renderer\/ may import/,
  ],
  [
    'renderer imports no electron',
    'src/renderer/d.ts',
    "export { ipcRenderer } from 'electron'",
    /electron has its home/,
  ],
  ['renderer knows no Node', 'src/renderer/e.ts', "export * from 'node:fs'", /runs without Node/],
  ['sdk imports client', 'src/sdk/a.ts', "export * from '../client/document.ts'", null],
  ['sdk imports no main', 'src/sdk/b.ts', "export * from '../main/log.ts'", /src\/sdk\/ may import/],
  [
    'sdk imports no renderer',
    'src/sdk/c.ts',
    "export const load = () => import('../renderer/page.ts')",
    /src\/sdk\/ may import/,
  ],
  ['preload imports shared', 'src/preload/a.ts', "export * from '../shared/ids.ts'", null],
  [
    'preload imports no client',
    'src/preload/b.ts',
    "export * from '../client/document.ts'",
    /src\/preload\/ may import/,
  ],
  ['preload may use ipcRenderer', 'src/preload/c.ts', "export { ipcRenderer } from 'electron'", null],
  [
    'engine imports the types of a family',
    'src/main/engine/a.ts',
    "export type { Store } from '../stores/types.ts'",
    null,
  ],
  [
    'engine imports no registry',
    'src/main/engine/b.ts',
    "export * from '../stores/index.ts'",
    /src\/main\/engine\/ may import/,
  ],
  [
    'engine imports no adapter',
    'src/main/engine/c.ts',
    "export * from '../hosts/headless.ts'",
    /src\/main\/engine\/ may import/,
  ],
  [
    'engine imports no client',
    'src/main/engine/d.ts',
    "export * from '../../client/document.ts'",
    /src\/main\/engine\/ may/,
  ],
  [
    'engine loads no adapter later',
    'src/main/engine/e.ts',
    "export const load = () => import('../stores/sqlite.ts')",
    /may import/,
  ],
  [
    'engine names no adapter in a type',
    'src/main/engine/f.ts',
    "export type S = import('../stores/sqlite.ts').S",
    /may import/,
  ],
  ['engine imports no electron', 'src/main/engine/g.ts', "export { app } from 'electron'", /electron has its home/],
  ['the rest of main imports adapters', 'src/main/desktop.ts', "export * from './stores/index.ts'", null],
  ['nobody imports a composition root', 'src/main/doctor.ts', "export * from './cli.ts'", /composition root/],
  [
    'an adapter imports no other',
    'src/main/stores/redis.ts',
    "export * from './memory.ts'",
    /adapters of .* never import each other/,
  ],
  [
    'nor from its folder',
    'src/main/stores/sqlite/open.ts',
    "export * from '../memory.ts'",
    /\(sqlite imports memory\)/,
  ],
  ['an adapter imports its own folder', 'src/main/stores/sqlite.ts', "export * from './sqlite/open.ts'", null],
  [
    'an adapter imports what the family shares',
    'src/main/hosts/chromium.ts',
    "export * from './find-browser.ts'",
    null,
  ],
  ['the registry imports adapters', 'src/main/stores/index.ts', "export * from './memory.ts'", null],
  [
    'a family imports no engine',
    'src/main/hosts/headless.ts',
    "export * from '../engine/room.ts'",
    /src\/main\/hosts\/ may import/,
  ],
  ['hosts/electron imports electron', 'src/main/hosts/electron.ts', "export { app } from 'electron'", null],
  [
    'hosts/chromium does not',
    'src/main/hosts/chromium/a.ts',
    "export { app } from 'electron'",
    /electron has its home/,
  ],
  [
    'ipcMain belongs to the carrier',
    'src/main/hosts/electron/a.ts',
    "import { ipcMain } from 'electron'\nipcMain.on('x', () => {})",
    /ipcMain and ipcRenderer/,
  ],
  [
    'ipcMain under another name too',
    'src/main/index.ts',
    "import * as all from 'electron'\nall.ipcMain.on('x', () => {})",
    /ipcMain and ipcRenderer/,
  ],
  ['the carrier may use ipcMain', 'src/main/carriers/ipc.ts', "export { ipcMain } from 'electron'", null],
  ['the server imports ws', 'src/main/server/ws.ts', "export { WebSocketServer } from 'ws'", null],
  ['stores import no ws', 'src/main/stores/memory.ts', "export { WebSocketServer } from 'ws'", /ws has its home/],
  [
    'better-sqlite3 stays in stores/sqlite',
    'src/main/app.ts',
    "export { default as db } from 'better-sqlite3'",
    /better-sqlite3 has/,
  ],
  [
    'the Redis client stays in its adapter',
    'src/main/server/a.ts',
    "export { createClient } from '@redis/client'",
    /@redis\/client has its home/,
  ],
  ['which imports it', 'src/main/stores/state/redis/a.ts', "export { createClient } from '@redis/client'", null],
  [
    'an adapter imports the same of the family around it',
    'src/main/stores/state/sqlite/a.ts',
    "export * from '../../sqlite/open.ts'",
    null,
  ],
  [
    'and no other of either',
    'src/main/stores/state/memory/a.ts',
    "export * from '../../sqlite/open.ts'",
    /\(memory imports sqlite\)/,
  ],
  ['nor one beside it', 'src/main/stores/state/redis/b.ts', "export * from '../memory.ts'", /\(redis imports memory\)/],
  [
    'the package of a part imports nothing else of main',
    'src/sdk/state.ts',
    "export * from '../main/log.ts'",
    /src\/sdk\/state.ts may import/,
  ],
  ['exports are named', 'src/shared/e.ts', 'export default 1', /named exports/],
  ['no any', 'src/shared/f.ts', 'export const x = (y: any): unknown => y', /any/],
  [
    'no promise floats',
    'src/shared/g.ts',
    'const later = async (): Promise<void> => {}\nlater()',
    /Promises must be awaited/,
  ],
]

interface Diagnostic {
  message: string
  help?: string
  filename: string
}

describe('the linter holds the folders apart', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-layers-'))
  let diagnostics: Diagnostic[] = []

  beforeAll(() => {
    // A tree of its own: wrong files in the real one would be seen by everything else that runs meanwhile.
    for (const name of ['.oxlintrc.json', 'scripts/layers.ts']) cpSync(path.join(root, name), path.join(folder, name))
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "types": [] } }')
    for (const [, file, line] of cases) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(folder, file), `${line}\n`)
    }
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint')
    const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], {
      cwd: folder,
      // Where it finds its type checker, which it would otherwise look for beside the linted files.
      env: { ...process.env, PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter) },
      encoding: 'utf8',
    })
    diagnostics = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(cases)('%s', (_title, file, _line, refusal) => {
    const said = diagnostics
      .filter((diagnostic) => diagnostic.filename === file)
      .map(({ message, help }) => `${message} ${help ?? ''}`)
      .join('\n')
    if (refusal) expect(said).toMatch(refusal)
    else expect(said).toBe('')
  })
})
