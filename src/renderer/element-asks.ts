import { ELEMENT_ASKS } from '../shared/elements/node.ts'
import type { ElementAskData } from '../shared/elements/node.ts'
import { isPlainObject } from '../shared/document/kinds.ts'
import type { Value } from '../shared/value.ts'

/** What the script asks of elements by their refs, on its way to the view that draws them. */
export class ElementAsks {
  #listener: ((asked: ElementAskData) => void) | null = null

  /** Nothing else than what a script of ours sends is passed on. */
  deliver(data: Value): void {
    if (!isPlainObject(data)) return
    const { revision, id, ask } = data
    const known = ELEMENT_ASKS.find((each) => each === ask)
    if (typeof revision === 'string' && typeof id === 'number' && known) this.#listener?.({ revision, id, ask: known })
  }

  /** Returns the way to stop. */
  listen(listener: (asked: ElementAskData) => void): () => void {
    this.#listener = listener
    return () => {
      if (this.#listener === listener) this.#listener = null
    }
  }
}
