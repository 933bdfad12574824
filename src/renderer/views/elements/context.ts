import { createContext, useContext } from 'react'
import type { Value } from '../../../shared/value.ts'
import type { Predictions } from '../../html/predictions.ts'
import type { DocumentReader } from '../../types.ts'
import type { TreeStore } from './store.ts'

/** What elements of one tree have in common. */
export interface ElementsScene {
  store: TreeStore
  document: DocumentReader
  /** What the page shows ahead of answers, over what components have drawn. */
  predictions: Predictions
  /** Tells the script what has happened to an element. Settles with the handler's answer; failures are told the person, and give null. */
  send: (id: number, event: string, data: Value) => Promise<Value>
  /** As `send`, as an event of the page's own triggers has it. */
  eventData: (id: number, event: string, data: Value) => Value
}

export const ElementsContext = createContext<ElementsScene | null>(null)

export function useScene(): ElementsScene {
  return useContext(ElementsContext)!
}
