import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

/** By these an editor knows that a folder has settings for TypeScript already. */
const NAMES = ['tsconfig.json', 'jsconfig.json']

/**
 * Writes a tsconfig.json into `folder`, by which editors and `tsc` find the types and docstrings of what scripts import
 * from the app at `root`, unless `folder` or one around it has such a file. Gives its path, null if nothing was written.
 */
export async function writeEditorConfig(folder: string, root: string): Promise<string | null> {
  for (let place = folder; ; place = path.dirname(place)) {
    if (NAMES.some((name) => existsSync(path.join(place, name)))) return null
    if (place === path.dirname(place)) break
  }
  const file = path.join(folder, 'tsconfig.json')
  await writeFile(file, `${JSON.stringify(editorConfig(root), null, 2)}\n`, { flag: 'wx' })
  return file
}

function editorConfig(root: string): object {
  const inApp = (...parts: string[]): string => [root.split(path.sep).join('/'), ...parts].join('/')
  return {
    compilerOptions: {
      target: 'es2024',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2024', 'esnext.disposable'],
      jsx: 'react-jsx',
      strict: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [inApp('node_modules/@types')],
      paths: {
        oriel: [inApp('src/sdk/index.ts')],
        'oriel/*': [inApp('src/sdk/*.ts')],
        react: [inApp('node_modules/@types/react/index.d.ts')],
        'react/*': [inApp('node_modules/@types/react/*.d.ts')],
        zod: [inApp('node_modules/zod/index.d.ts')],
      },
    },
    // This folder alone: below it may lie a whole home.
    include: ['*.ts', '*.tsx'],
  }
}
