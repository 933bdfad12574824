import type { tabElement } from '../../../shared/elements/tab.ts'
import type { ElementViewProps } from './view.ts'

/** What one tab shows; Tabs.tsx draws the rest of it. */
export function Tab({ children }: ElementViewProps<typeof tabElement>) {
  return children
}
