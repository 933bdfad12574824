import { build } from 'esbuild'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { RemoteProgram } from './client.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** Writes an app for Electron's binary into `folder`: its main script serves hosts, with the preload of the sources. */
export async function buildElectronProgram(binary: string, folder: string): Promise<RemoteProgram> {
  const bundle = async (entry: string, outfile: string): Promise<void> => {
    await build({
      entryPoints: [path.join(ROOT, entry)],
      outfile: path.join(folder, outfile),
      bundle: true,
      platform: 'node',
      // Electron's sandbox loads nothing else as a preload.
      format: 'cjs',
      external: ['electron'],
      logLevel: 'error',
    })
  }
  await bundle('test/support/remote-host/electron-child.ts', 'main.cjs')
  await bundle('src/preload/index.ts', 'preload.cjs')
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'oriel-hosts', main: 'main.cjs' }))
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  return {
    path: binary,
    // One device pixel to a DIP on every screen, which is what the suite's pictures are compared with.
    args: [...(asRoot ? ['--no-sandbox'] : []), '--force-device-scale-factor=1', folder],
    env,
  }
}
