import { useState } from 'react'
import type { ReactNode } from 'react'
import type { jsonElement } from '../../../shared/elements/json.ts'
import type { ElementViewProps } from './view.ts'

/** Entries of one object or list that are shown before the rest is asked for. */
const PART = 100
/** Characters of a text that are shown. */
const MAX_TEXT = 2000

/** A value as a tree whose branches open and close. */
export function Json({ value, depth, label }: ElementViewProps<typeof jsonElement>) {
  return (
    <div className="ui-json" role="group" aria-label={label}>
      <Node value={value} depth={depth} />
    </div>
  )
}

interface NodeProps {
  name?: string
  value: unknown
  /** Levels from here that are open at first. */
  depth: number
}

function Node({ name, value, depth }: NodeProps) {
  const entries = entriesOf(value)
  const key = name === undefined ? null : <span className="ui-json-key">{name}: </span>
  if (!entries) {
    return (
      <div className="ui-json-line">
        {key}
        <Leaf value={value} />
      </div>
    )
  }
  const [open, close] = Array.isArray(value) || ArrayBuffer.isView(value) ? '[]' : '{}'
  if (entries.length === 0) {
    return (
      <div className="ui-json-line">
        {key}
        {open}
        {close}
      </div>
    )
  }
  return <Branch name={key} entries={entries} brackets={`${open}…${close}`} depth={depth} />
}

interface BranchProps {
  name: ReactNode
  entries: [string, unknown][]
  brackets: string
  depth: number
}

function Branch({ name, entries, brackets, depth }: BranchProps) {
  const [isOpen, setOpen] = useState(depth > 0)
  const [shown, setShown] = useState(PART)
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {name}
        <span className="ui-json-count">
          {brackets} {entries.length.toLocaleString()}
        </span>
      </summary>
      {isOpen && (
        <div className="ui-json-children">
          {entries.slice(0, shown).map(([key, value]) => (
            <Node key={key} name={key} value={value} depth={depth - 1} />
          ))}
          {entries.length > shown && (
            <button type="button" className="ui-json-more" onClick={() => setShown(shown + PART * 10)}>
              {(entries.length - shown).toLocaleString()} more
            </button>
          )}
        </div>
      )}
    </details>
  )
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === 'string') {
    const text = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
    return <span data-type="text">{JSON.stringify(text)}</span>
  }
  if (value === null || value === undefined) return <span data-type="none">null</span>
  if (value instanceof Date) return <span data-type="date">{value.toISOString()}</span>
  return <span data-type={typeof value}>{`${value as number | bigint | boolean}`}</span>
}

/** Null for what has no parts. */
function entriesOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== 'object' || value === null || value instanceof Date) return null
  if (value instanceof ArrayBuffer) return entriesOf(new Uint8Array(value))
  return Object.entries(value)
}
