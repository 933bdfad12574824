/** Props of a record of type `progress` (id `progress:` + id): work under way, shown in a window. Written by the script. */
export interface ProgressProps {
  id: string
  widgetId: string
  label: string
  /** What is being done just now; '' for nothing to say. */
  detail: string
  /** 0 to 1; null: nobody knows how far it is. */
  fraction: number | null
  /** It has a button that cancels it. */
  canCancel: boolean
}
export const PROGRESS_TYPE = 'progress'
export const progressRecordId = (id: string): string => `progress:${id}`
