import { SessionState } from 'oriel'
import { z } from 'zod'

/** One line of the data. Temperatures in °C, rain in mm, wind in m/s. */
export interface Day {
  /** 2012-01-31 */
  date: string
  year: string
  /** 1 to 12 */
  month: number
  weather: string
  high: number
  low: number
  rain: number
  wind: number
}
export type Measure = 'high' | 'low' | 'rain' | 'wind'

export const SORTS = ['date', 'weather', 'high', 'rain', 'wind'] as const
export const PAGE_SIZE = 50

/** What the person has chosen. It belongs to the session, so it is still there when the window is opened again. */
export class Choice extends SessionState.define({
  year: z.string().default('all'),
  weather: z.string().default('all'),
  /** 1 to 12; 0 is every month. */
  month: z.number().int().min(0).max(12).default(0),
  chart: z.enum(['rain', 'temperature', 'days']).default('rain'),
  sort: z.enum(SORTS).default('date'),
  descending: z.boolean().default(false),
  page: z.number().int().min(0).default(0),
  /** Date of the chosen day; empty if none is. */
  day: z.string().default(''),
}) {}

/** Every day, in order. */
export const days: Day[] = []

export function readDays(csv: string): void {
  const [, ...lines] = csv.trim().split(/\r?\n/)
  for (const line of lines) {
    const [date = '', rain, high, low, wind, weather = ''] = line.split(',')
    const [year = '', month] = date.split('-')
    const numbers = {
      month: Number(month),
      high: Number(high),
      low: Number(low),
      rain: Number(rain),
      wind: Number(wind),
    }
    days.push({ date, year, weather, ...numbers })
  }
}

/** The days that the named filters let through. */
export function filtered(by: { year?: boolean; weather?: boolean; month?: boolean }): Day[] {
  const { year, weather, month } = Choice.get()
  return days.filter(
    (day) =>
      (!by.year || year === 'all' || day.year === year) &&
      (!by.weather || weather === 'all' || day.weather === weather) &&
      (!by.month || month === 0 || day.month === month),
  )
}

/** The days in the table, in its order. */
export function matching(): Day[] {
  const { sort, descending } = Choice.get()
  const direction = descending ? -1 : 1
  return filtered({ year: true, weather: true, month: true }).sort((a, b) =>
    a[sort] === b[sort] ? 0 : a[sort] < b[sort] ? -direction : direction,
  )
}

export function sum(list: readonly Day[], measure: Measure): number {
  return list.reduce((total, day) => total + day[measure], 0)
}
export function mean(list: readonly Day[], measure: Measure): number {
  return sum(list, measure) / list.length
}
/** The day with the most; undefined if the list is empty. */
export function highest(list: readonly Day[], measure: Measure): Day | undefined {
  return list.reduce<Day | undefined>((most, day) => (most && most[measure] >= day[measure] ? most : day), undefined)
}
