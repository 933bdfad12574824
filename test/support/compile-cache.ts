import path from 'node:path'

/**
 * Global set-up of vitest: what one process of the tests has made of a source, its threads and the next processes find
 * again. Tests start hundreds of both from the sources, and most of a start is this; each with a home of its own would
 * begin afresh.
 */
export function setup(): void {
  process.env.NODE_COMPILE_CACHE ??= path.resolve(import.meta.dirname, '../../node_modules/.cache/compile')
}
