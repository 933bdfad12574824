import { html } from 'oriel'

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const whole = (value: number): string => Math.round(value).toLocaleString('en-GB')
export const decimal = (value: number): string => value.toFixed(1).replace('-', '−')
export const degrees = (value: number): string => `${decimal(value)}°`
export const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
export const counted = (count: number, noun: string): string => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`
/** 0.125 → 13 % */
export const percent = (share: number): string =>
  share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`

const DATE_FORMS = {
  /** Tue, 31 Jan 2012 */
  short: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  /** 31 January 2012 */
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  /** Tuesday */
  weekday: { weekday: 'long' },
} as const
export const dateText = (date: string, form: keyof typeof DATE_FORMS): string =>
  new Date(date).toLocaleDateString('en-GB', { ...DATE_FORMS[form], timeZone: 'UTC' })

/** Round numbers from at or below `low` to at or above `high`, about five of them. */
export function ticks(low: number, high: number): number[] {
  const rough = (high - low || 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough
  const first = Math.floor(low / step)
  const count = Math.max(1, Math.ceil(high / step) - first)
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toFixed(6)))
}

/** One line icon of 16 by 16; an unknown name draws nothing. */
export function icon(name: string) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[name] ?? ''}" /></svg>`
}

const CLOUD = 'M4.5 9.5a3 3 0 01.3-6 3.7 3.7 0 017 1.2 2.5 2.5 0 01-.3 4.8z'
const ICONS: Record<string, string> = {
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  left: 'M9.5 4L5.5 8l4 4',
  right: 'M6.5 4l4 4-4 4',
  ascending: 'M8 12V4M5 7l3-3 3 3',
  descending: 'M8 4v8M5 9l3 3 3-3',
  sun: 'M8 5a3 3 0 100 6 3 3 0 000-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  rain: `${CLOUD}M5.5 12l-.7 2M8.4 12l-.7 2M11.3 12l-.7 2`,
  drizzle: `${CLOUD}M6 12v.6M10 12v.6M8 14v.6`,
  fog: 'M4 5h9M2 8h9M5 11h9',
  snow: 'M8 1.5v13M2.4 4.7l11.2 6.6M13.6 4.7L2.4 11.3M6.5 2.5L8 4l1.5-1.5M6.5 13.5L8 12l1.5 1.5',
}
