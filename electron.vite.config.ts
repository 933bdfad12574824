import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build, type Plugin } from 'vite'

/** What scripts import as `oriel` and `oriel/NAME`: one entry each, out/main/sdk/NAME.js. */
const sdkEntries = ['index', 'client', 'components', 'data', 'state', 'ui']

const source = (path: string): string => resolve(import.meta.dirname, 'src', path)

export default defineConfig({
  // All entries of one build share their chunks: the worker entry and the SDK that a script imports are one instance.
  main: {
    build: {
      // Beside the code, for people; named in it, each script's thread would read and keep them.
      sourcemap: 'hidden',
      // Loading a package file by file is a good part of the time to open a window; these bundle well.
      externalizeDeps: {
        exclude: ['commander', 'env-paths', 'parse5', 'zod', 'ws', 'msgpackr', '@jridgewell/trace-mapping'],
      },
      rolldownOptions: {
        input: {
          index: source('main/index.ts'),
          cli: source('main/cli.ts'),
          'scripts/worker': source('main/scripts/worker.ts'),
          'sdk/duckdb-process': source('sdk/data/duckdb-process.ts'),
          ...Object.fromEntries(sdkEntries.map((name) => [`sdk/${name}`, source(`sdk/${name}.ts`)])),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  // One CommonJS file with everything in it: Electron's sandbox loads no ES module and no package in a preload.
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: source('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  // No index.html: pages are written by the page server, which names these files, so the first ones have fixed names.
  renderer: {
    root: source('renderer'),
    plugins: [
      react(),
      classicScript('assets/early.js', source('renderer/early.ts')),
      copiedFile('assets/icon.svg', resolve(import.meta.dirname, 'resources/icon.svg')),
    ],
    build: {
      minify: true,
      sourcemap: true,
      rolldownOptions: {
        input: { page: source('renderer/page.ts') },
        output: {
          entryFileNames: 'assets/[name].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: ({ names }) =>
            names.includes('page.css') ? 'assets/page.css' : 'assets/[name]-[hash][extname]',
        },
      },
    },
  },
})

/** Adds a file as it is. */
function copiedFile(fileName: string, from: string): Plugin {
  return {
    name: 'oriel:copied-file',
    apply: 'build',
    async buildStart() {
      this.emitFile({ type: 'asset', fileName, source: await readFile(from) })
    },
  }
}

/**
 * Adds `entry`, bundled into one classic script, to the build. It runs before the page is parsed further, which a
 * module script cannot, and a build has only one output format.
 */
function classicScript(fileName: string, entry: string): Plugin {
  return {
    name: 'oriel:classic-script',
    apply: 'build',
    async buildStart() {
      const bundle = await build({
        configFile: false,
        logLevel: 'warn',
        build: {
          write: false,
          minify: true,
          target: 'es2024',
          lib: { entry, formats: ['iife'], name: 'orielEarly', fileName: () => fileName },
        },
      })
      const { output } = Array.isArray(bundle)
        ? bundle[0]!
        : (bundle as Exclude<typeof bundle, unknown[] | { close(): unknown }>)
      for (const file of output) {
        if (file.type !== 'chunk') continue
        this.emitFile({ type: 'asset', fileName, source: file.code })
        for (const id of file.moduleIds) if (!id.startsWith('\0')) this.addWatchFile(id)
      }
    },
  }
}
