import { registerHooks } from 'node:module'
import { createElectronDouble } from './electron-double.ts'

/**
 * Runs Electron's composition root from the sources on the double, started as Electron's binary would be: arguments are
 * the app's folder and the command line. As in Electron, `ready` comes only when the main module is through. Prints
 * `window: TITLE` for each window.
 */

const double = createElectronDouble()
const app = Object.assign(double.app, { isPackaged: false, exit: (code: number) => process.exit(code) })
const electron = { ...double.electron, app, shell: { openExternal: async () => undefined } }
const names = Object.keys(electron)
const source = `export const { ${names.join(', ')} } = globalThis.electronDouble`
Object.assign(globalThis, { electronDouble: electron })
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
      : next(specifier, context),
})
app.on('web-contents-created', () => process.stdout.write(`window: ${double.windows.at(-1)?.title}\n`))

const given = process.argv.slice(2)
if (given.includes('--no-sandbox')) app.switches.add('no-sandbox')
process.argv = [process.execPath, ...given]
await import('../../src/main/index.ts')
app.becomeReady()
