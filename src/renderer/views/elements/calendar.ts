import type { dateInputElement } from '../../../shared/elements/date-input.ts'
import type { ElementViewProps } from './view.ts'

type CalendarProps = Pick<ElementViewProps<typeof dateInputElement>, 'name' | 'readOnly' | 'min' | 'max' | 'clearable'>

/** What DateInput and DateRangeInput have of Mantine alike. */
export function calendarProps({ name, readOnly, min, max, clearable }: CalendarProps) {
  return {
    ...{ name, readOnly, clearable, minDate: min, maxDate: max },
    clearButtonProps: { 'aria-label': 'Clear' },
    popoverProps: { transitionProps: { duration: 100 } },
    firstDayOfWeek: firstDayOfWeek(),
    monthLabelFormat: written({ month: 'long', year: 'numeric' }),
    monthsListFormat: written({ month: 'short' }),
    weekdayFormat: written({ weekday: 'short' }),
    getDayAriaLabel: written({ day: 'numeric', month: 'long', year: 'numeric' }),
    previousLabel: 'Previous month',
    nextLabel: 'Next month',
  }
}

/** A day that was typed: `yyyy-mm-dd`, with other signs between, or in the order that the person's language has. Null: none. */
export function parseDay(text: string): string | null {
  const numbers = text.match(/\d+/g)?.map(Number)
  if (numbers?.length !== 3) return null
  const order = /^\s*\d{4}/.test(text) ? ['year', 'month', 'day'] : localOrder()
  const part = (name: string): number => numbers[order.indexOf(name)]!
  const [year, month, day] = [part('year') < 100 ? 2000 + part('year') : part('year'), part('month'), part('day')]
  const date = new Date(Date.UTC(year, month - 1, day))
  // 31 April would become 1 May
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return date.toISOString().slice(0, 10)
}

const localOrder = (): string[] =>
  new Intl.DateTimeFormat()
    .formatToParts()
    .map(({ type }) => type as string)
    .filter((type) => type === 'year' || type === 'month' || type === 'day')

/** Writes a day, `yyyy-mm-dd`, in the person's language. */
function written(options: Intl.DateTimeFormatOptions): (day: string) => string {
  const format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' })
  return (day) => format.format(new Date(day))
}

interface WeekInfo {
  /** 1 for Monday to 7 for Sunday. */
  firstDay: number
}

/** Where the person lives; 0 for Sunday to 6 for Saturday. */
function firstDayOfWeek(): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  const locale = new Intl.Locale(navigator.language) as Intl.Locale & { getWeekInfo?: () => WeekInfo }
  return ((locale.getWeekInfo?.().firstDay ?? 1) % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6
}
