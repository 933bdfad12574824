/** A window's outer place and size in DIP (device-independent pixels). */
export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

/** Default size of a window that asked for none, in DIP. */
export const DEFAULT_WINDOW = { width: 960, height: 640 } as const
