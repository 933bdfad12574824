// title: Seattle weather
// about: Four years of daily weather. Filter by year and kind, compare the months, and look closely at any day.
import { readFileSync } from 'node:fs'
import { html, raw, show } from 'oriel'
import { z } from 'zod'
import { Choice, matching, PAGE_SIZE, readDays, SORTS } from './weather/days.ts'
import { chart, CHARTS, details, figures, filters, page, table } from './weather/views.ts'

readDays(readFileSync(new URL('./data/seattle-weather.csv', import.meta.url), 'utf8'))
const css = readFileSync(new URL('./weather/look.css', import.meta.url), 'utf8')
const choice = Choice.get()
const w = await show(html`${raw(`<style>${css}</style>`)}${page()}`, {
  title: 'Seattle weather',
  width: 1280,
  height: 800,
})

// Elements of the page name an event in `data-event`; its callback changes the choice and draws what depends on it.
// What comes from a page is checked before it is used: a wrong message is refused and changes nothing.

const Filter = z.union([
  z.object({ name: z.enum(['year', 'weather']), value: z.string() }),
  z.object({ name: z.literal('chart'), value: z.enum(CHARTS) }),
])
w.on('filter', (data) => {
  const { name, value } = Filter.parse(data)
  Object.assign(choice, { [name]: value })
  return drawAll()
})

const Month = z.object({ month: z.int().min(1).max(12) })
w.on('month', (data) => {
  const { month } = Month.parse(data)
  choice.month = choice.month === month ? 0 : month
  return drawAll()
})

w.on('clear', () => {
  Object.assign(choice, { year: 'all', weather: 'all', month: 0 })
  return drawAll()
})

const Sort = z.object({ by: z.enum(SORTS) })
w.on('sort', (data) => {
  const { by } = Sort.parse(data)
  // A new column starts with what is most telling: the earliest date, but the warmest, wettest or windiest day.
  choice.descending = choice.sort === by ? !choice.descending : by !== 'date' && by !== 'weather'
  choice.sort = by
  choice.page = 0
  return w.patch('#table', table())
})

const Page = z.object({ page: z.int().min(0) })
w.on('page', (data) => {
  choice.page = Page.parse(data).page
  return w.patch('#table', table())
})

// `value` is a date, or empty for no day. `find` asks to bring the day's row into view.
const ChosenDay = z.object({ value: z.string(), find: z.boolean().default(false) })
w.on('day', (data) => {
  const { value, find } = ChosenDay.parse(data)
  return choose(value, find)
})

const Step = z.object({ by: z.literal([-1, 1]) })
w.on('step', (data) => {
  const { by } = Step.parse(data)
  const list = matching()
  const next = list[list.findIndex((day) => day.date === choice.day) + by]
  return next && choose(next.date, true)
})

// Programs may change the choice too (see attach.mjs): what they chose is drawn.
Choice.onChange(drawAll)

let finds = 0
async function choose(date: string, find: boolean) {
  choice.day = date
  const place = matching().findIndex((day) => day.date === date)
  if (find && place >= 0) {
    choice.page = Math.floor(place / PAGE_SIZE)
    finds += 1
  }
  await Promise.all([w.patch('#day', details()), w.patch('#table', table(finds))])
}

async function drawAll() {
  choice.page = 0
  if (!matching().some((day) => day.date === choice.day)) choice.day = ''
  await Promise.all([
    w.patch('#filters', filters()),
    w.patch('#figures', figures()),
    w.patch('#table', table()),
    w.patch('#chart', chart()),
    w.patch('#day', details()),
  ])
}
