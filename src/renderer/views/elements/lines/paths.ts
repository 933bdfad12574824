import uPlot from 'uplot'
import { GAP, outline } from './outline.ts'

const linear = uPlot.paths.linear!()

/**
 * How a line is drawn. One with more points than the chart has pixels is drawn by its outline and one pixel thin: where no
 * graphics card does it, thick lines of many points take longer than all else on the page together.
 */
export const linePath: uPlot.Series.PathBuilder = (chart, series, from, to) => {
  const { left, top, width, height } = chart.bbox
  if (to - from < width) return linear(chart, series, from, to)
  const [x, y] = [chart.data[0], chart.data[series]!]
  const [xScale, yScale] = [rangeOf(chart, 'x'), rangeOf(chart, 'y')]
  const perX = width / (xScale.max - xScale.min)
  const perY = height / (yScale.max - yScale.min)
  const stroke = new Path2D()
  let isDrawing = false
  // A power of two, so that stretches stay as they are while what is shown grows or shrinks a little.
  for (const i of outline(x, y, from, to, 2 ** Math.round(Math.log2(1 / perX)))) {
    if (i === GAP) {
      isDrawing = false
      continue
    }
    const place = [left + (x[i]! - xScale.min) * perX, top + (yScale.max - y[i]!) * perY] as const
    if (isDrawing) stroke.lineTo(...place)
    else stroke.moveTo(...place)
    isDrawing = true
  }
  return { stroke, width: 1 / uPlot.pxRatio }
}

function rangeOf(chart: uPlot, scale: string): { min: number; max: number } {
  const { min, max } = chart.scales[scale]!
  return { min: min ?? 0, max: max ?? 1 }
}
