import react from '@vitejs/plugin-react'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build } from 'vite'
import { scenarios } from './scenarios.ts'

/*
 * Writes every scenario as a page that needs no server: `node test/support/renderer-harness/build.ts FOLDER`, then serve
 * the folder over http and open SCENARIO-light.html or SCENARIO-dark.html.
 */
const folder = resolve(process.argv[2] ?? 'out/renderer-harness')
const here = import.meta.dirname
const renderer = resolve(here, '../../../src/renderer')

await build({
  configFile: false,
  root: renderer,
  logLevel: 'warn',
  plugins: [
    react(),
    {
      name: 'harness:fake-session',
      enforce: 'pre',
      resolveId: (source) => (source.endsWith('/room-client.ts') ? resolve(here, 'fake-session.ts') : null),
    },
  ],
  build: {
    outDir: folder,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { page: resolve(renderer, 'page.ts') },
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
})
await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: resolve(folder, 'early'),
    target: 'es2024',
    lib: {
      entry: resolve(renderer, 'early.ts'),
      formats: ['iife'],
      name: 'orielEarlyScript',
      fileName: () => 'early.js',
    },
  },
})
await mkdir(resolve(folder, 'assets'), { recursive: true })
await rename(resolve(folder, 'early/early.js'), resolve(folder, 'assets/early.js'))

const template = await readFile(resolve(here, 'page.html'), 'utf8')
for (const [name, { html = '', view = null }] of Object.entries(scenarios)) {
  for (const theme of ['light', 'dark']) {
    const boot = {
      protocol: 1,
      ticket: '',
      sessionId: 's',
      clientId: 'c',
      widgetId: 'main',
      revision: 'r',
      socket: '/ws',
      theme,
      view,
      frame: null,
    }
    const page = template
      .replaceAll('%theme%', theme)
      .replaceAll('%scenario%', name)
      .replace('%boot%', () => JSON.stringify(boot))
      .replace('%content%', () => html)
    await writeFile(resolve(folder, `${name}-${theme}.html`), page)
  }
}
