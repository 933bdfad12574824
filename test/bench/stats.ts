/** The value below which a share `p` (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

/** One row of the table: a figure of ours against a raw baseline taken in the same run. */
export interface Row {
  name: string
  baseline: string
  unit: string
  /** Ours. */
  p50: number
  p99: number
  baselineP50: number
  baselineP99: number
  ratioP50: number
  ratioP99: number
  goal: string
  samples: number
  /** What else was seen, in words. */
  note?: string
}

/** `goal`: what the ratios should be, in words. */
export function row(
  name: string,
  baseline: string,
  unit: string,
  ours: readonly number[],
  raw: readonly number[],
  goal: string,
): Row {
  const [p50, p99] = [percentile(ours, 0.5), percentile(ours, 0.99)]
  const [baselineP50, baselineP99] = [percentile(raw, 0.5), percentile(raw, 0.99)]
  return {
    name,
    baseline,
    unit,
    p50,
    p99,
    baselineP50,
    baselineP99,
    ratioP50: p50 / baselineP50,
    ratioP99: p99 / baselineP99,
    goal,
    samples: ours.length,
  }
}

export function formatRows(rows: readonly Row[]): string {
  const head = ['what', 'p50', 'p99', 'raw p50', 'raw p99', 'ratio p50', 'ratio p99', 'goal', 'n', '']
  const cells = rows.map((one) => [
    one.name,
    ...[one.p50, one.p99, one.baselineP50, one.baselineP99].map((value) => `${value.toFixed(2)} ${one.unit}`),
    `${one.ratioP50.toFixed(2)}×`,
    `${one.ratioP99.toFixed(2)}×`,
    one.goal,
    String(one.samples),
    one.note ?? '',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((cell) => cell[column]!.length)))
  const line = (cell: readonly string[]) =>
    cell
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n')
}
