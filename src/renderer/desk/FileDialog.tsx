import { useEffect, useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { hasExtension } from '../../shared/desk/dialogs.ts'
import type { DialogRequest, FolderEntry, FolderListing } from '../../shared/desk/dialogs.ts'
import { Icon } from '../ui/Icon.tsx'
import { Modal } from '../ui/Modal.tsx'
import { formatBytes } from '../ui/format.ts'
import { Problem, useAnswer } from './use-answer.tsx'
import type { Answer } from './use-answer.tsx'
import { isPath, joinPath, savedName, shownEntries } from './file-choice.ts'

/** Rows drawn at once; whoever has more types to narrow them down. */
const MAX_ROWS = 500

export interface FileDialogProps {
  request: Extract<DialogRequest, { kind: 'openFile' | 'openFolder' | 'saveFile' }>
  answer: Answer
  /** What is in a folder; null: where to begin. */
  list: (folder: string | null) => Promise<FolderListing>
}

/**
 * The folders of this computer. Typing filters what is listed (where a file is to be saved, it names it), arrows go through it, Enter opens
 * or chooses, Backspace with nothing typed goes up, Escape cancels. A path may be typed too.
 */
export function FileDialog({ request, answer, list }: FileDialogProps) {
  const { say, problem: refused, isBusy } = useAnswer(answer)
  const isSave = request.kind === 'saveFile'
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [typed, setTyped] = useState(isSave ? request.name : '')
  const [active, setActive] = useState(-1)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [problem, setProblem] = useState<string | null>(null)
  const [replacing, setReplacing] = useState<string | null>(null)
  const ids = useId()
  const rows = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)

  const go = async (folder: string | null) => {
    try {
      const next = await list(folder)
      setListing(next)
      setProblem(null)
      setActive(-1)
      setChosen(new Set())
      if (!isSave) setTyped('')
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
    input.current?.focus()
  }
  // Once: from then on the person says where to go.
  const begin = useRef(go)
  useEffect(() => void begin.current(null), [])

  const extensions = request.kind === 'openFolder' ? [] : request.extensions
  const fits = (entry: FolderEntry) =>
    entry.isFolder || (request.kind !== 'openFolder' && hasExtension(entry.name, extensions))
  const filter = isSave || isPath(typed) ? '' : typed
  const found = shownEntries(listing?.entries.filter(fits) ?? [], filter)
  const entries = found.slice(0, MAX_ROWS)
  const isMultiple = request.kind === 'openFile' && request.multiple

  const save = (name: string, agreed = false) => {
    if (!listing) return
    const path = isPath(name) ? name : joinPath(listing.folder, savedName(name, extensions))
    const isThere = listing.entries.some((entry) => entry.path === path && !entry.isFolder)
    if (isThere && !agreed) return setReplacing(path)
    setReplacing(null)
    say(path)
  }
  const open = (entry: FolderEntry) => {
    if (entry.isFolder) return void go(entry.path)
    if (isSave) return save(entry.name)
    say(isMultiple ? [...new Set([...chosen, entry.path])] : entry.path)
  }
  const done = () => {
    const at = entries[active]
    if (isSave) return typed.trim() !== '' && save(typed.trim())
    if (isPath(typed)) return void goOrChoose(typed)
    if (request.kind === 'openFolder') return say(listing?.folder ?? null)
    if (chosen.size > 0) return say([...chosen])
    if (at) open(at)
  }
  /** A typed path may be a folder to go to or a file to choose. */
  const goOrChoose = async (path: string) => {
    try {
      setListing(await list(path))
      setTyped('')
      setProblem(null)
    } catch {
      say(isMultiple ? [path] : path)
    }
  }
  const toggle = (entry: FolderEntry) => {
    const next = new Set(chosen)
    if (!next.delete(entry.path)) next.add(entry.path)
    setChosen(next)
  }
  const move = (to: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, to))
    setActive(next)
    rows.current?.children[next]?.scrollIntoView?.({ block: 'nearest' })
    const entry = entries[next]
    if (isSave && entry && !entry.isFolder) setTyped(entry.name)
  }
  const onKey = (event: KeyboardEvent) => {
    const { key } = event
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key]
    if (step !== undefined) {
      event.preventDefault()
      move(active === -1 && step < 0 ? entries.length - 1 : active + step)
    } else if (key === 'Enter') {
      event.preventDefault()
      const at = entries[active]
      if (at?.isFolder && !isPath(typed) && !event.ctrlKey && !event.metaKey) open(at)
      else done()
    } else if (key === 'Backspace' && typed === '' && listing?.parent != null) {
      event.preventDefault()
      void go(listing.parent)
    } else if (key === ' ' && isMultiple && typed === '' && entries[active] && !entries[active].isFolder) {
      event.preventDefault()
      toggle(entries[active])
    }
  }

  return (
    <Modal
      title={request.title}
      className="files"
      onCancel={() => {
        if (replacing !== null) setReplacing(null)
        else if (!isSave && typed !== '') setTyped('')
        else say(null)
      }}
    >
      <div className="files-path">
        <button
          type="button"
          className="icon-button"
          aria-label="Up"
          disabled={listing?.parent == null}
          onClick={() => listing?.parent != null && void go(listing.parent)}
        >
          <Icon name="up" />
        </button>
        <span className="files-folder" title={listing?.folder}>
          <bdi>{listing?.folder ?? 'Looking…'}</bdi>
        </span>
      </div>
      <input
        ref={input}
        type="text"
        role="combobox"
        data-first
        autoComplete="off"
        spellCheck={false}
        aria-label={isSave ? 'File name' : 'Filter'}
        aria-expanded="true"
        aria-controls={`${ids}list`}
        aria-activedescendant={active >= 0 ? `${ids}${active}` : undefined}
        placeholder={isSave ? 'File name' : 'Type to filter, or a path'}
        value={typed}
        onChange={(event) => {
          const text = event.target.value
          setTyped(text)
          setReplacing(null)
          // The first that fits is what Enter takes.
          if (!isSave) setActive(text === '' ? -1 : 0)
        }}
        onKeyDown={onKey}
      />
      <div className="files-main">
        <nav aria-label="Places">
          {listing?.places.map(({ name, path }) => (
            <button
              key={path}
              type="button"
              className="plain"
              aria-current={path === listing.folder || undefined}
              onClick={() => void go(path)}
            >
              {name}
            </button>
          ))}
        </nav>
        <div className="files-list">
          <div
            ref={rows}
            id={`${ids}list`}
            role="listbox"
            aria-label={listing?.folder ?? 'Files'}
            aria-multiselectable={isMultiple || undefined}
          >
            {entries.map((entry, at) => (
              <div
                key={entry.path}
                id={`${ids}${at}`}
                role="option"
                tabIndex={-1}
                aria-selected={chosen.has(entry.path) || at === active}
                data-active={at === active || undefined}
                onClick={() => {
                  move(at)
                  if (isMultiple && !entry.isFolder) toggle(entry)
                }}
                onDoubleClick={() => open(entry)}
                onKeyDown={onKey}
              >
                <Icon name={entry.isFolder ? 'folder' : 'file'} />
                <span className="files-name">{entry.name}</span>
                <span className="files-size">{entry.isFolder ? '' : formatBytes(entry.size)}</span>
                <span className="files-date">{new Date(entry.changedAt).toLocaleDateString()}</span>
              </div>
            ))}
          </div>
          {listing && entries.length === 0 && (
            <p className="files-empty">
              {filter === '' ? 'Nothing to choose here.' : `Nothing is called “${filter}”.`}
            </p>
          )}
          {listing && found.length + listing.more > entries.length && (
            <p className="files-empty">{found.length + listing.more - entries.length} more: type to narrow down.</p>
          )}
        </div>
      </div>
      <Problem text={refused ?? problem} />
      {replacing !== null ? (
        <div className="files-replace" role="alert">
          <p>{savedName(typed.trim(), extensions)} is there already. Replace it?</p>
          <div className="actions">
            <button type="button" className="danger" onClick={() => save(typed.trim(), true)}>
              Replace
            </button>
            <button type="button" onClick={() => setReplacing(null)}>
              Keep it
            </button>
          </div>
        </div>
      ) : (
        <div className="actions">
          <button
            type="button"
            className="primary"
            disabled={isBusy || !listing || !canFinish(request.kind, typed, chosen.size, entries[active])}
            onClick={() => done()}
          >
            {finishText(request.kind, chosen.size, entries[active])}
          </button>
          <button type="button" onClick={() => say(null)}>
            Cancel
          </button>
          {extensions.length > 0 && (
            <span className="hint">Only {extensions.map((each) => `.${each}`).join(', ')} are shown</span>
          )}
        </div>
      )}
    </Modal>
  )
}

type Kind = FileDialogProps['request']['kind']

function canFinish(kind: Kind, typed: string, chosen: number, active: FolderEntry | undefined): boolean {
  if (kind === 'openFolder') return true
  if (kind === 'saveFile') return typed.trim() !== ''
  return chosen > 0 || active !== undefined || isPath(typed)
}

function finishText(kind: Kind, chosen: number, active: FolderEntry | undefined): string {
  if (kind === 'openFolder') return 'Choose this folder'
  if (kind === 'saveFile') return 'Save'
  if (chosen > 1) return `Open ${chosen} files`
  return active?.isFolder ? 'Open folder' : 'Open'
}
