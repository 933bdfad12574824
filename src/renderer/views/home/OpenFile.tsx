import { useEffect, useState } from 'react'

/** A field for a file's path; where the window may know the path of a dropped file, dropping one opens it. */
export function OpenFile({ onOpen }: { onOpen: (path: string) => Promise<void> }) {
  const [path, setPath] = useState('')
  const [busy, setBusy] = useState(false)
  const [over, setOver] = useState(false)
  const native = window.orielNative

  const open = async (text: string) => {
    const wanted = cleanPath(text)
    if (wanted === '' || busy) return
    setBusy(true)
    await onOpen(wanted)
    setBusy(false)
  }
  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    // Without this a dropped file would replace the page, whether or not its path can be known.
    addEventListener(
      'dragover',
      (event) => {
        event.preventDefault()
        setOver(Boolean(native))
      },
      { signal },
    )
    addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), { signal })
    addEventListener(
      'drop',
      (event) => {
        event.preventDefault()
        setOver(false)
        const dropped = droppedPath(event, native)
        setPath(dropped)
        if (dropped && native) void open(dropped)
      },
      { signal },
    )
    return () => stop.abort()
  })

  return (
    <form
      className="open-file"
      data-over={over || undefined}
      onSubmit={(event) => {
        event.preventDefault()
        void open(path)
      }}
    >
      <input
        aria-label="Path of a script"
        placeholder={native ? 'Drop a script here, or type its path' : 'Path of a script, like ~/report.oriel.ts'}
        spellCheck={false}
        autoComplete="off"
        value={path}
        onChange={(event) => setPath(event.target.value)}
      />
      <button type="submit" disabled={busy || cleanPath(path) === ''}>
        {busy ? 'Opening…' : 'Open'}
      </button>
    </form>
  )
}

/** Paths are pasted with the quotes that a file manager or a shell put around them. */
function cleanPath(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2')
}

function droppedPath({ dataTransfer }: DragEvent, native: Window['orielNative']): string {
  const [file] = dataTransfer?.files ?? []
  if (file && native) return native.pathForFile(file)
  const address = dataTransfer
    ?.getData('text/uri-list')
    .split(/\r?\n/)
    .find((line) => line.startsWith('file:'))
  return address ? decodeURIComponent(new URL(address).pathname) : (dataTransfer?.getData('text/plain') ?? '')
}
