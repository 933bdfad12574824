import type { Value } from './value.ts'

/** Name of the event that a window sends for something that happened in a component; its data is a ComponentEventData. */
export const COMPONENT_EVENT = 'oriel.component'

/** What happened in a component. The script answers when the component has handled it. */
export interface ComponentEventData {
  /** Of the nearest component around the trigger. */
  readonly component_id: string
  readonly event: string
  readonly payload: Value
}
