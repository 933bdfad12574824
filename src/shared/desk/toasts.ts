export const TOAST_LEVELS = ['info', 'success', 'warning', 'error'] as const
export type ToastLevel = (typeof TOAST_LEVELS)[number]

/** Something a script says in passing. */
export interface ToastRequest {
  text: string
  level: ToastLevel
  /** What stands on its button; null: none. */
  action: string | null
  /** How long it stays, in ms; null: as long as such things do. */
  durationMs: number | null
}
