import type { Commit } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'

/** For calls after `close`. */
export function storeClosed(): OrielError {
  return new OrielError('closed', 'The store of saved sessions is closed.')
}

/** For calls that need a session the catalog does not have. */
export function unknownSession(sessionId: string): OrielError {
  return new OrielError('unknown_session', `There is no saved session ${sessionId}.`)
}

/** What was stored for this session cannot be read; the others are not concerned. */
export function sessionDamaged(sessionId: string, cause: unknown): OrielError {
  return new OrielError('store_damaged', `The saved data of session ${sessionId} is damaged and cannot be read.`, {
    cause,
  })
}

/** The stored document cannot be gone on from; a snapshot of the whole stores it anew. */
export function documentLost(sessionId: string): OrielError {
  return new OrielError(
    'store_damaged',
    `The saved document of session ${sessionId} was lost; it has to be saved whole.`,
  )
}

/** Where a stored document ends: its epoch and the version of its last commit (or of its snapshot). */
export interface DocumentEnd {
  epoch: string
  version: number
}

/** Throws bad_value unless `commits` are of one epoch, rise, and go on from `end`; null is a document not stored yet. */
export function checkAppend(sessionId: string, commits: readonly Commit[], end: DocumentEnd | null): void {
  let last = end ?? { epoch: commits[0]?.epoch ?? '', version: 0 }
  for (const commit of commits) {
    if (commit.epoch !== last.epoch || !(commit.version > last.version))
      throw new OrielError(
        'bad_value',
        `Commit ${commit.epoch}/${commit.version} does not follow ${last.epoch}/${last.version} of session ${sessionId}.`,
      )
    last = commit
  }
}

/** Throws bad_value if a snapshot at `version` would put a document back behind its stored snapshot. */
export function checkSnapshot(sessionId: string, epoch: string, version: number, stored: DocumentEnd | null): void {
  if (stored && stored.epoch === epoch && version < stored.version)
    throw new OrielError(
      'bad_value',
      `Snapshot ${epoch}/${version} is older than ${stored.version}, which is stored of session ${sessionId}.`,
    )
}
