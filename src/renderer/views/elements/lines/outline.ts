type Numbers = ArrayLike<number | null | undefined>

/** Between the points before and after it a line is not drawn. */
export const GAP = -1

/**
 * Indexes of the points from `from` to `to` that a line needs to look the same where there are many for each pixel: of each
 * stretch of `width` along x the lowest and the highest, in their order, and GAP where a value is missing. The stretches
 * are counted from x = 0, so that a line which moves on keeps its shape.
 */
export function outline(x: ArrayLike<number>, y: Numbers, from: number, to: number, width: number): number[] {
  const kept: number[] = []
  let stretch = NaN
  let [low, high] = [GAP, GAP]
  const end = (): void => {
    if (low === GAP) return
    kept.push(Math.min(low, high))
    if (low !== high) kept.push(Math.max(low, high))
    low = high = GAP
  }
  for (let i = from; i <= to; i++) {
    const value = y[i] ?? null
    if (value === null) {
      end()
      if (kept.length > 0 && kept.at(-1) !== GAP) kept.push(GAP)
      continue
    }
    const here = Math.floor(x[i]! / width)
    if (here !== stretch) {
      end()
      stretch = here
    }
    if (low === GAP) low = high = i
    else if (value < y[low]!) low = i
    else if (value > y[high]!) high = i
  }
  end()
  return kept
}
