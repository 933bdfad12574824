import { prepareOps } from './apply.ts'
import type { Layer } from './layer.ts'
import { DocumentState } from './state.ts'
import type { Commit, DocumentSnapshot } from './types.ts'

/**
 * The document that a snapshot and the commits after it make. One that no longer fits is left out, and `onUnfit` told of
 * it: the rest of a session is worth more than nothing (rule J13). `onFit` sees each other one before it counts.
 */
export function restoreDocument(
  stored: { snapshot: DocumentSnapshot; commits: readonly Commit[] },
  onUnfit: (commit: Commit, error: unknown) => void,
  onFit: (before: DocumentState, layer: Layer) => void = () => {},
): DocumentState {
  const state = DocumentState.fromSnapshot(stored.snapshot)
  for (const commit of stored.commits) {
    try {
      const { layer } = prepareOps(state, commit.ops)
      onFit(state, layer)
      layer.writeInto(state)
    } catch (error) {
      onUnfit(commit, error)
    }
  }
  return state
}
