export const WIDTH = 1920
export const HEIGHT = 1080
export const COLOURS = ['sea', 'fire', 'forest', 'slate'] as const
export type Colours = (typeof COLOURS)[number]

/** Where the waves come from, in pixels. */
const SOURCES = [
  [480, 330],
  [1500, 240],
  [1020, 900],
] as const
/** Steps of one period. */
const STEPS = 1024
/** Distances are kept in quarters of a pixel, so that waves are smooth near their source. */
const QUARTERS = 4
/** Heights of one wave: 0 to 255. Three of them add up. */
const CREST = 255

/** Trough, middle and crest of each choice, as red, green, blue. */
const TONES: { readonly [Name in Colours]: readonly (readonly [number, number, number])[] } = {
  sea: [
    [6, 26, 58],
    [22, 110, 140],
    [214, 244, 236],
  ],
  fire: [
    [38, 6, 18],
    [190, 58, 22],
    [255, 226, 150],
  ],
  forest: [
    [10, 30, 22],
    [58, 120, 66],
    [232, 240, 190],
  ],
  slate: [
    [20, 22, 28],
    [98, 106, 118],
    [240, 240, 244],
  ],
}

/** Waves that run from three points and add up, as a picture of WIDTH × HEIGHT pixels. */
export class RippleTank {
  readonly width = WIDTH
  readonly height = HEIGHT
  /** Red, green, blue, alpha of each pixel, from the top left; drawn over with each frame. */
  readonly data: Uint8ClampedArray
  readonly #pixels: Uint32Array
  readonly #distances = SOURCES.map(([x, y]) => distancesFrom(x, y))
  readonly #heights = Uint8Array.from(
    { length: STEPS },
    (_, step) => (1 + Math.sin((step / STEPS) * 2 * Math.PI)) * (CREST / 2),
  )
  #time = 0

  constructor() {
    this.#pixels = new Uint32Array(WIDTH * HEIGHT)
    this.data = new Uint8ClampedArray(this.#pixels.buffer)
  }

  /** Draws the next moment. `wavelength`: pixels; `speed`: hundredths of a period. */
  draw({ wavelength, speed, colours }: { wavelength: number; speed: number; colours: Colours }): void {
    this.#time += (speed / 100) * STEPS
    const time = Math.round(this.#time)
    const [first, second, third] = this.#distances as [Uint16Array, Uint16Array, Uint16Array]
    const heights = this.#heights
    const pixels = this.#pixels
    const tones = toneTable(colours)
    // Steps for each quarter of a pixel, as a whole number of 256ths: two million pixels are to be done in few milliseconds.
    const scale = Math.round((STEPS / wavelength / QUARTERS) * 256)
    for (let at = 0; at < pixels.length; at++) {
      const height =
        heights[(((first[at]! * scale) >> 8) - time) & (STEPS - 1)]! +
        heights[(((second[at]! * scale) >> 8) - time) & (STEPS - 1)]! +
        heights[(((third[at]! * scale) >> 8) - time) & (STEPS - 1)]!
      pixels[at] = tones[height]!
    }
  }
}

function distancesFrom(x: number, y: number): Uint16Array {
  const distances = new Uint16Array(WIDTH * HEIGHT)
  for (let row = 0, at = 0; row < HEIGHT; row++)
    for (let column = 0; column < WIDTH; column++) distances[at++] = Math.hypot(column - x, row - y) * QUARTERS
  return distances
}

const tables = new Map<Colours, Uint32Array>()

/** The pixel for each height of the three waves together. */
function toneTable(colours: Colours): Uint32Array {
  const known = tables.get(colours)
  if (known) return known
  const [trough, middle, crest] = TONES[colours] as [Tone, Tone, Tone]
  const half = (3 * CREST) / 2
  const bytes = new Uint8ClampedArray(
    Array.from({ length: 3 * CREST + 1 }, (_, height) => {
      const [from, to, part] = height < half ? [trough, middle, height / half] : [middle, crest, height / half - 1]
      return [...from.map((tone, index) => tone + (to[index]! - tone) * part), 255]
    }).flat(),
  )
  const table = new Uint32Array(bytes.buffer)
  tables.set(colours, table)
  return table
}

type Tone = readonly [number, number, number]
