import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

/** What scripts import from the app itself: specifier → file URL of the module. */
export type Runtime = Record<string, string>

/** Packages that always come from the app, so that a script and the app share one instance of each. */
const APP_PACKAGES = /^(?:oriel|react|zod)(?:\/|$)/

/** Sends imports of the app's own packages to `runtime`, from packages beside the script too. */
export function runtimeImports(runtime: Runtime): Plugin {
  return {
    name: 'runtime-imports',
    setup(build) {
      build.onResolve({ filter: APP_PACKAGES }, ({ path: specifier, kind }) => {
        const url = Object.hasOwn(runtime, specifier) ? runtime[specifier] : undefined
        if (url !== undefined) return { path: targetOf(kind, url), external: true }
        const family = specifier.split('/')[0]!
        const known = Object.keys(runtime).filter((name) => name === family || name.startsWith(`${family}/`))
        return {
          errors: [{ text: `There is no "${specifier}" in Oriel. It has ${known.join(', ') || `no ${family}`}.` }],
        }
      })
    },
  }
}

/** `import` takes URLs, `require` takes paths. */
export function targetOf(kind: string, url: string): string {
  return kind.startsWith('require') ? fileURLToPath(url) : url
}
