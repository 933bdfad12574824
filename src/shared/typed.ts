/*
 * Text that a person has typed into a window and not sent: kept with the session, so that a crash or a page that is loaded
 * again does not take it.
 */

/** One field. */
export interface TypedField {
  /** What finds the field again, in the same window. */
  key: string
  /** What it held before they typed. */
  base: string
  value: string
}

/** Props of a record of type `typed` (id `typed:` + widgetId, scope `state`). Only the main process writes it. */
export interface TypedProps {
  widgetId: string
  fields: TypedField[]
}
export const TYPED_TYPE = 'typed'
export const typedRecordId = (widgetId: string): string => `typed:${widgetId}`

/** Most that is kept of one window: fields, characters of a field, and characters of all. Longer text is not kept. */
export const TYPED_LIMITS = { fields: 100, fieldChars: 50_000, allChars: 200_000 } as const
