// title: Table
// about: Rows from a list, a search field over them, and a total. Put your own data in place of the list.
import { html, show } from 'oriel'
import { z } from 'zod'

interface City {
  name: string
  country: string
  /** People in the city itself. */
  people: number
}

const cities: City[] = [
  { name: 'Hamburg', country: 'Germany', people: 1_910_000 },
  { name: 'Lyon', country: 'France', people: 520_000 },
  { name: 'Munich', country: 'Germany', people: 1_510_000 },
  { name: 'Porto', country: 'Portugal', people: 240_000 },
  { name: 'Turin', country: 'Italy', people: 850_000 },
]

const w = await show(
  html`<h1>Cities</h1>
    <label>Search <input type="search" name="search" data-event="search" data-on="input" data-debounce="120" /></label>
    <div id="rows">${rows('')}</div>
    <style>
      table {
        width: 100%;
      }
      :is(th, td):last-child {
        text-align: right;
      }
    </style>`,
  { title: 'Cities', width: 640, height: 520 },
)

const Search = z.object({ value: z.string() })
w.on('search', (data) => w.patch('#rows', rows(Search.parse(data).value)))

function rows(search: string) {
  const wanted = search.trim().toLowerCase()
  const found = cities.filter((city) => `${city.name} ${city.country}`.toLowerCase().includes(wanted))
  if (found.length === 0) return html`<p>Nothing found for “${search.trim()}”.</p>`
  const total = found.reduce((sum, city) => sum + city.people, 0)
  return html`<table>
    <thead>
      <tr>
        <th>City</th>
        <th>Country</th>
        <th>People</th>
      </tr>
    </thead>
    <tbody>
      ${found.map(
        (city) =>
          html`<tr>
            <td>${city.name}</td>
            <td>${city.country}</td>
            <td>${city.people.toLocaleString('en')}</td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <td colspan="2">Total</td>
        <td>${total.toLocaleString('en')}</td>
      </tr>
    </tfoot>
  </table>`
}
