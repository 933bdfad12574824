import type { Commit } from '../../shared/document/types.ts'
import { OrielError } from '../../shared/errors.ts'
import type { DocumentEnd } from './types.ts'

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

/**
 * The commits that come after `end` (null: nothing is stored yet). Those up to it are stored already: an epoch has one
 * writer, so they can only be the same again. Throws bad_value unless all are of one epoch, that of `end`, and rise.
 */
export function newCommits(sessionId: string, commits: readonly Commit[], end: DocumentEnd | null): Commit[] {
  const epoch = end?.epoch ?? commits[0]?.epoch
  let last = 0
  for (const commit of commits) {
    if (commit.epoch !== epoch || !(commit.version > last))
      throw new OrielError(
        'bad_value',
        `Commit ${commit.epoch}/${commit.version} does not follow ${epoch}/${last} of session ${sessionId}.`,
      )
    last = commit.version
  }
  return commits.filter((commit) => commit.version > (end?.version ?? 0))
}

/** Throws bad_value if a snapshot at `version` would put a document back behind its stored snapshot. */
export function checkSnapshot(sessionId: string, epoch: string, version: number, stored: DocumentEnd | null): void {
  if (stored && stored.epoch === epoch && version < stored.version)
    throw new OrielError(
      'bad_value',
      `Snapshot ${epoch}/${version} is older than ${stored.version}, which is stored of session ${sessionId}.`,
    )
}

/** Throws bad_value if what is folded up to `end` is of another epoch than the stored document, or behind its snapshot. */
export function checkFold(sessionId: string, end: DocumentEnd, stored: DocumentEnd | null): void {
  if (!stored || stored.epoch !== end.epoch || end.version < stored.version)
    throw new OrielError(
      'bad_value',
      `What is stored of session ${sessionId} cannot be folded up to ${end.epoch}/${end.version}: it is at ` +
        `${stored ? `${stored.epoch}/${stored.version}` : 'its beginning'}.`,
    )
}
