const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** How long ago `at` was, in words: "just now", "2 hours ago", "yesterday". Both in Unix ms. */
export function formatAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at)
  for (const [unit, ms] of STEPS) if (passed >= ms) return RELATIVE.format(-Math.floor(passed / ms), unit)
  return 'just now'
}

/** A size in bytes, for people: "812 bytes", "4.2 KB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = -1
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
