import { statSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import path from 'node:path'

/** Editors save in several steps; one change is reported when none has followed for this long, in ms. */
const SETTLE_MS = 50
/** How long after a folder vanished it is looked for again, in ms. */
const RETRY_MS = 500

/** Watches a set of files. */
export interface FileWatch {
  /** Called with the absolute paths that changed, appeared or vanished. Returns what removes the listener. */
  onChange(listener: (files: string[]) => void): () => void
  /** Watches these files from now on, no others. They need not exist; their folders should. */
  update(files: readonly string[]): void
  close(): void
}

/**
 * Watches `files` (absolute) by their folders, since many editors save by putting a new file in the old one's place.
 * Touching a file without changing its size or time reports nothing.
 */
export function watchFiles(files: readonly string[]): FileWatch {
  const folders = new Map<string, FSWatcher | NodeJS.Timeout>()
  const listeners = new Set<(files: string[]) => void>()
  let signatures = new Map<string, string>()
  let settling: NodeJS.Timeout | null = null
  update(files)

  return {
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update,
    close() {
      for (const folder of [...folders.keys()]) forget(folder)
      if (settling) clearTimeout(settling)
      listeners.clear()
      signatures.clear()
    },
  }

  function update(next: readonly string[]): void {
    const before = signatures
    signatures = new Map(next.map((file) => [file, before.get(file) ?? signatureOf(file)]))
    const wanted = new Set(next.map((file) => path.dirname(file)))
    for (const folder of [...folders.keys()]) if (!wanted.has(folder)) forget(folder)
    for (const folder of wanted) if (!folders.has(folder)) follow(folder)
  }

  function follow(folder: string): void {
    try {
      const watcher = watch(folder, () => settle())
      // The folder itself was removed or renamed; it often comes back, as when another branch is checked out.
      watcher.on('error', () => retry(folder))
      watcher.on('change', (event) => {
        if (event === 'rename' && signatureOf(folder) === MISSING) retry(folder)
      })
      folders.set(folder, watcher)
    } catch {
      retry(folder)
    }
  }

  function retry(folder: string): void {
    forget(folder)
    folders.set(
      folder,
      setTimeout(() => {
        folders.delete(folder)
        follow(folder)
        settle()
      }, RETRY_MS),
    )
  }

  function forget(folder: string): void {
    const watcher = folders.get(folder)
    folders.delete(folder)
    if (watcher && 'close' in watcher && !('refresh' in watcher)) watcher.close()
    else clearTimeout(watcher)
  }

  function settle(): void {
    if (settling) clearTimeout(settling)
    settling = setTimeout(report, SETTLE_MS)
  }

  function report(): void {
    settling = null
    const changed: string[] = []
    for (const [file, before] of signatures) {
      const now = signatureOf(file)
      if (now !== before) changed.push(file)
      signatures.set(file, now)
    }
    if (changed.length > 0) for (const listener of [...listeners]) listener(changed)
  }
}

const MISSING = 'missing'

function signatureOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true })
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : MISSING
}
