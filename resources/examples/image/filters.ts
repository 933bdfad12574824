import type { Pixels } from './png.ts'

/** What is done to a picture; all zero leaves it as it is. */
export interface Settings {
  /** -100 to 100 */
  brightness: number
  /** -100 to 100 */
  contrast: number
  /** -100 (grey) to 100 */
  saturation: number
  /** Pixels that each is mixed with on every side. */
  blur: number
  /** 0 to 100 */
  sepia: number
}

/** The picture with the filters over it, as pixels of their own. */
export function applyFilters(source: Pixels, settings: Settings): Pixels {
  const blurred = settings.blur > 0 ? blur(source, settings.blur) : source
  return colour(blurred, settings)
}

function colour({ width, height, data }: Pixels, settings: Settings): Pixels {
  const out = new Uint8ClampedArray(data.length)
  const add = settings.brightness * 1.6
  const contrast = 1 + settings.contrast / 100
  const saturation = 1 + settings.saturation / 100
  const sepia = settings.sepia / 100
  for (let i = 0; i < data.length; i += 4) {
    const grey = 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!
    for (let channel = 0; channel < 3; channel++) {
      const own = grey + (data[i + channel]! - grey) * saturation
      const toned = own + (grey * SEPIA[channel]! - own) * sepia
      out[i + channel] = (toned - 128) * contrast + 128 + add
    }
    out[i + 3] = data[i + 3]!
  }
  return { width, height, data: out }
}

const SEPIA = [1.12, 0.98, 0.76]

/** The mean of a square around each pixel: first along the rows, then along the columns, each with a running sum. */
function blur(source: Pixels, radius: number): Pixels {
  const { width, height } = source
  const along = (data: Uint8ClampedArray, lines: number, length: number, lineStep: number, step: number) => {
    const out = new Uint8ClampedArray(data.length)
    for (let line = 0; line < lines; line++)
      for (let channel = 0; channel < 4; channel++) {
        const at = (k: number) => line * lineStep + Math.min(length - 1, Math.max(0, k)) * step + channel
        let sum = 0
        for (let k = -radius; k <= radius; k++) sum += data[at(k)]!
        for (let k = 0; k < length; k++) {
          out[at(k)] = sum / (2 * radius + 1)
          sum += data[at(k + radius + 1)]! - data[at(k - radius)]!
        }
      }
    return out
  }
  const rows = along(source.data, height, width, width * 4, 4)
  return { width, height, data: along(rows, width, height, 4, width * 4) }
}
