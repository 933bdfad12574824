import { html } from 'oriel'
import { Choice, days, filtered, highest, matching, mean, PAGE_SIZE, SORTS, sum } from './days.ts'
import type { Day, Measure } from './days.ts'
import { capital, counted, dateText, decimal, degrees, icon, MONTHS, percent, ticks, whole } from './words.ts'

// The parts of the page. `html` escapes what is put in, so data can never become markup.

type Content = string | ReturnType<typeof html>

const KINDS = ['all', 'sun', 'rain', 'drizzle', 'fog', 'snow']
export const CHARTS = ['rain', 'temperature', 'days'] as const

export function page() {
  return html`<div class="seattle">
    <header id="filters">${filters()}</header>
    <dl id="figures">${figures()}</dl>
    <section id="table" class="card" aria-label="Days">${table()}</section>
    <section id="chart" class="card" aria-label="Months">${chart()}</section>
    <section id="day" class="card" aria-label="The chosen day" aria-live="polite">${details()}</section>
  </div>`
}

export function filters() {
  const choice = Choice.get()
  const list = filtered({ year: true, month: true })
  const month = MONTHS[choice.month - 1]
  const kinds = KINDS.map((kind) => {
    const count = kind === 'all' ? list.length : list.filter((day) => day.weather === kind).length
    return html`<label class="chip ${kind}">
      <input
        type="radio"
        name="weather"
        value="${kind}"
        data-event="filter"
        ${choice.weather === kind ? 'checked' : ''}
      />
      ${capital(kind)} <small>${whole(count)}</small>
    </label>`
  })
  const years = ['all', ...new Set(days.map((day) => day.year))].map((year) => {
    const selected = choice.year === year ? 'selected' : ''
    return html`<option value="${year}" ${selected}>${year === 'all' ? 'All years' : year}</option>`
  })
  return html`<h1>Seattle weather</h1>
    <fieldset class="chips" aria-label="Weather">${kinds}</fieldset>
    ${month ? button('month', { month: choice.month }, html`${month} ${icon('close')}`, 'chip month', 'Show every month') : ''}
    <select name="year" aria-label="Year" data-event="filter" data-on="change">
      ${years}
    </select>`
}

export function figures() {
  const list = filtered({ year: true, weather: true, month: true })
  const wet = list.filter((day) => day.rain > 0)
  const wettest = highest(wet, 'rain')
  const warmest = highest(list, 'high')
  const share = list.length === days.length ? '2012 to 2015' : `${percent(list.length / days.length)} of all days`
  return html` ${figure('Days', whole(list.length), share)}
  ${figure('Mean high', warmest ? degrees(mean(list, 'high')) : '–', warmest ? `mean low ${degrees(mean(list, 'low'))}` : '')}
  ${figure('Total rain', `${whole(sum(wet, 'rain'))} mm`, wettest ? `on ${counted(wet.length, 'day')}` : '')}
  ${figure('Wettest day', wettest ? `${decimal(wettest.rain)} mm` : '–', wettest ? dayLink(wettest) : '')}
  ${figure('Warmest day', warmest ? degrees(warmest.high) : '–', warmest ? dayLink(warmest) : '')}`
}

function figure(label: string, value: string, note: Content) {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
    <dd class="note">${note}</dd>
  </div>`
}

function dayLink({ date }: Day) {
  return button('day', { value: date, find: true }, dateText(date, 'long'), 'link')
}

const COLUMNS = {
  date: { label: 'Date', unit: '' },
  weather: { label: 'Weather', unit: '' },
  high: { label: 'Temperature', unit: '°C' },
  rain: { label: 'Rain', unit: 'mm' },
  wind: { label: 'Wind', unit: 'm/s' },
}

/** `finds`: another number than before brings the chosen day's row into view. */
export function table(finds = 0) {
  const choice = Choice.get()
  const { year, weather, month, sort, descending, page: number } = choice
  const list = matching()
  if (list.length === 0) return nothing()
  const first = number * PAGE_SIZE
  const shown = list.slice(first, first + PAGE_SIZE)
  const last = first + shown.length
  const heads = SORTS.map((by) => {
    const direction = descending ? 'descending' : 'ascending'
    const { label, unit } = COLUMNS[by]
    return html`<th class="${by}" aria-sort="${sort === by ? direction : 'none'}">
      <button id="sort-${by}" data-event="sort" data-payload="${JSON.stringify({ by })}">
        <span>${label} <small>${unit}</small></span
        >${sort === by ? icon(direction) : ''}
      </button>
    </th>`
  })
  // A list of other days is another element, so it starts at its top; the same list keeps its place and its focus.
  const key = [year, weather, month, sort, descending, number, finds].join('-')
  return html`<div class="rows" id="rows-${key}">
      <table>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${shown.map(row)}
        </tbody>
      </table>
    </div>
    <footer>
      <span>${whole(first + 1)}–${whole(last)} of ${counted(list.length, 'day')}</span>
      ${button('page', { page: number - 1 }, icon('left'), 'quiet', 'Previous page', number > 0)}
      ${button('page', { page: number + 1 }, icon('right'), 'quiet', 'Next page', last < list.length)}
    </footer>`
}

/** Its radio button makes the row clickable as a whole, and lets the arrow keys go through the days. */
function row({ date, weather, low, high, rain, wind }: Day) {
  const chosen = date === Choice.get().day
  const x = (value: number) => ((value + 8) * 100) / 44
  return html`<tr class="${chosen ? 'chosen' : ''}">
    <td>
      <label
        ><input
          type="radio"
          name="day"
          value="${date}"
          data-event="day"
          data-on="click"
          ${chosen ? 'checked' : ''}
        />${dateText(date, 'short')}</label
      >
    </td>
    <td><span class="dot ${weather}"></span>${capital(weather)}</td>
    <td class="high">
      <span>${degrees(low)}</span
      ><svg aria-hidden="true">
        <rect width="100%" height="4" rx="2" />
        <rect x="${at(x(low))}" width="${at(x(high) - x(low))}" height="4" rx="2" /></svg
      ><span>${degrees(high)}</span>
    </td>
    <td class="rain">${rain > 0 ? decimal(rain) : html`<small>dry</small>`}</td>
    <td class="wind">${decimal(wind)}</td>
  </tr>`
}

function nothing() {
  const { year, month, weather } = Choice.get()
  const when = `${MONTHS[month - 1] ?? ''} ${year === 'all' ? 'in any of the four years' : year}`
  return html`<div class="empty">
    ${icon(weather)}
    <h2>No such day</h2>
    <p>There was no ${weather} in ${when}.</p>
    ${button('clear', {}, 'Show all days')}
  </div>`
}

export function chart() {
  const choice = Choice.get()
  const bars = MONTHS.map((name, index) => ({ name, month: index + 1, ...bar(index + 1) }))
  const axis = ticks(Math.min(0, ...bars.map((each) => each.from)), Math.max(...bars.map((each) => each.to)))
  const [bottom = 0, top = 1] = [axis[0], axis.at(-1)]
  const y = (value: number) => (100 * (top - value)) / (top - bottom)
  const lines = axis.map(
    (tick) =>
      html`<line class="${tick === 0 ? 'zero' : ''}" x2="100%" y1="${at(y(tick))}" y2="${at(y(tick))}" />
        <text class="tick" x="-8" y="${at(y(tick))}" dy="0.32em">${String(tick).replace('-', '−')}</text>`,
  )
  const drawn = bars.map(({ name, month, from, to, text }) => {
    const state = choice.month === 0 ? '' : choice.month === month ? 'chosen' : 'dimmed'
    const left = ((month - 1) * 100) / 12
    return html`<g class="bar ${state}" data-event="month" data-payload="${JSON.stringify({ month })}">
      <title>${name}: ${text}</title>
      <rect class="hit" x="${at(left)}" width="${at(100 / 12)}" height="100%" />
      <rect class="fill" x="${at(left + 1.3)}" width="5.7%" y="${at(y(to))}" height="${at(y(from) - y(to))}" rx="3" />
      <text x="${at(left + 100 / 24)}" y="${at(y(to))}" dy="-6">${text}</text>
    </g>`
  })
  const names = bars.map(
    ({ name, month, text }) =>
      html`<button
        class="quiet"
        data-event="month"
        data-payload="${JSON.stringify({ month })}"
        aria-pressed="${String(choice.month === month)}"
        aria-label="${name}: ${text}"
      >
        ${name.slice(0, 3)}
      </button>`,
  )
  const tabs = CHARTS.map((kind) => {
    const checked = choice.chart === kind ? 'checked' : ''
    return html`<label
      ><input type="radio" name="chart" value="${kind}" data-event="filter" ${checked} />${capital(kind)}</label
    >`
  })
  return html`<header>
      <fieldset class="tabs" aria-label="What the chart shows">${tabs}</fieldset>
      <p>${chartNote()}</p>
    </header>
    <div class="plot ${choice.chart}">
      <svg aria-hidden="true">${lines}${drawn}</svg>
      <div class="months" role="group" aria-label="Month">${names}</div>
    </div>`
}

function bar(month: number): { from: number; to: number; text: string } {
  const choice = Choice.get()
  const list = filtered({ year: true, weather: true }).filter((day) => day.month === month)
  if (list.length === 0) return { from: 0, to: 0, text: 'no days' }
  if (choice.chart === 'temperature') {
    const [from, to] = [mean(list, 'low'), mean(list, 'high')]
    return { from, to, text: `${degrees(from)} to ${degrees(to)}` }
  }
  const years = choice.year === 'all' ? new Set(days.map((day) => day.year)).size : 1
  const to = (choice.chart === 'rain' ? sum(list, 'rain') : list.length) / years
  return { from: 0, to, text: choice.chart === 'rain' ? `${whole(to)} mm` : `${Number(to.toFixed(1))} days` }
}

function chartNote(): string {
  const { chart: kind, year, weather } = Choice.get()
  const notes = [{ rain: 'mm', temperature: '°C, mean low to high', days: 'days' }[kind]]
  if (year === 'all' && kind !== 'temperature') notes.push('average year')
  if (weather !== 'all') notes.push(`${weather} only`)
  return notes.join(', ')
}

export function details() {
  const { day: date } = Choice.get()
  const list = matching()
  const place = list.findIndex((day) => day.date === date)
  const day = list[place]
  if (!day) return html`<div class="empty"><p>Choose a day to compare it with its month.</p></div>`
  const peers = days.filter(({ month }) => month === day.month)
  return html`<header>
      <span class="badge ${day.weather}">${icon(day.weather)}</span>
      <div>
        <h2>${dateText(date, 'long')}</h2>
        <p>${dateText(date, 'weekday')}, ${day.weather}</p>
      </div>
      <nav>
        ${button('step', { by: -1 }, icon('left'), 'quiet', 'Previous day in the list', place > 0)}
        ${button('step', { by: 1 }, icon('right'), 'quiet', 'Next day in the list', place < list.length - 1)}
        ${button('day', { value: '' }, icon('close'), 'quiet', 'Close')}
      </nav>
    </header>
    <dl>
      ${comparison('High', '°C', 'high', day, peers)} ${comparison('Low', '°C', 'low', day, peers)}
      ${comparison('Rain', 'mm', 'rain', day, peers)} ${comparison('Wind', 'm/s', 'wind', day, peers)}
    </dl>
    <p class="note">Beside all ${peers.length} ${MONTHS[day.month - 1]} days; the mark is their mean.</p>`
}

function comparison(label: string, unit: string, measure: Measure, day: Day, peers: readonly Day[]) {
  const values = peers.map((peer) => peer[measure])
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const usual = mean(peers, measure)
  const difference = day[measure] - usual
  const x = (value: number) => at((100 * (value - least)) / (most - least || 1))
  return html`<div>
    <dt>${label}</dt>
    <dd class="value">${decimal(day[measure])} <small>${unit}</small></dd>
    <dd>
      <svg aria-hidden="true">
        <line x2="100%" y1="50%" y2="50%" />
        <rect x="${x(usual)}" y="20%" width="2" height="60%" />
        <circle class="${day.weather}" cx="${x(day[measure])}" cy="50%" r="5" />
      </svg>
    </dd>
    <dd class="note" title="Against the mean">${difference > 0 ? '+' : ''}${decimal(difference)}</dd>
  </div>`
}

function button(event: string, payload: object, content: Content, look = '', title = '', enabled = true) {
  return html`<button
    class="${look}"
    title="${title}"
    data-event="${event}"
    data-payload="${JSON.stringify(payload)}"
    ${enabled ? '' : 'disabled'}
  >
    ${content}
  </button>`
}

/** A length in percent of the drawing. */
function at(share: number): string {
  return `${share.toFixed(2)}%`
}
