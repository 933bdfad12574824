export const WIDTH = 1920
export const HEIGHT = 1080
export const FRAME_BYTES = WIDTH * HEIGHT * 4

/** A few frames of pixels, each different from the one before. */
export function makeFrames(): Uint8ClampedArray[] {
  return Array.from({ length: 4 }, (_, frame) => {
    const data = new Uint8ClampedArray(FRAME_BYTES)
    for (let at = 0; at < data.length; at++) data[at] = at % 4 === 3 ? 255 : at * 7 + frame * 40
    return data
  })
}
