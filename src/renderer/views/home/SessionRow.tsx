import type { HomeSessionProps } from '../../../shared/records.ts'
import { Icon } from '../../ui/Icon.tsx'
import { formatAgo } from '../../ui/format.ts'
import { fileName, folder } from '../../ui/path.ts'

export interface SessionRowProps {
  session: HomeSessionProps
  /** Unix ms */
  now: number
  /** The row that the Tab key stops at. */
  current: boolean
  /** Whether it asks to be removed. */
  asking: boolean
  onFocus: () => void
  onResume: () => Promise<void>
  onAsk: () => void
  onKeep: () => void
  onRemove: () => Promise<void>
}

/** One recent session. The question about removing it takes its place. */
export function SessionRow({
  session,
  now,
  current,
  asking,
  onFocus,
  onResume,
  onAsk,
  onKeep,
  onRemove,
}: SessionRowProps) {
  const { title, scriptPath, lastUsedAt, scriptExists, state } = session
  const name = title || fileName(scriptPath ?? 'Untitled')
  if (asking) {
    return (
      <li
        className="session session-question"
        role="alertdialog"
        aria-label={`Remove ${name}`}
        onKeyDown={(event) => event.key === 'Escape' && onKeep()}
      >
        <p>
          Remove <strong>{name}</strong> and its stored state?
          {scriptPath !== null && scriptExists && ' The script file stays.'}
        </p>
        <div className="actions">
          <button type="button" className="plain" autoFocus onClick={onKeep}>
            Keep
          </button>
          <button type="button" className="danger" onClick={() => void onRemove()}>
            Remove
          </button>
        </div>
      </li>
    )
  }
  return (
    <li className="session">
      <button
        type="button"
        className="session-open"
        tabIndex={current ? 0 : -1}
        aria-disabled={!scriptExists || undefined}
        title={scriptPath ?? undefined}
        onFocus={onFocus}
        onClick={() => scriptExists && void onResume()}
      >
        <span className="session-title">
          <strong>{name}</strong>
          <Badge session={session} />
        </span>
        <span className="session-place">
          {scriptPath === null ? (
            <span className="session-file">Shown by a program</span>
          ) : (
            <>
              <span className="session-file">{fileName(scriptPath)}</span>
              <span className="session-folder">
                <bdi>{folder(scriptPath)}</bdi>
              </span>
            </>
          )}
        </span>
        <time dateTime={new Date(lastUsedAt).toISOString()}>{formatAgo(lastUsedAt, now)}</time>
      </button>
      {state !== 'open' && (
        <button
          type="button"
          className="session-remove"
          tabIndex={current ? 0 : -1}
          aria-label={`Remove ${name}`}
          onClick={onAsk}
        >
          <Icon name="remove" />
        </button>
      )}
    </li>
  )
}

function Badge({ session: { state, scriptExists } }: { session: HomeSessionProps }) {
  if (!scriptExists)
    return (
      <span className="badge" data-kind="missing">
        File missing
      </span>
    )
  if (state === 'open')
    return (
      <span className="badge" data-kind="open">
        Open
      </span>
    )
  if (state === 'crashed')
    return (
      <span className="badge" data-kind="crashed">
        Ended unexpectedly
      </span>
    )
  return null
}
