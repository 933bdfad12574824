import type { HomeSessionProps, ScriptProblem, ScriptProps, TrustProps } from '../../../src/shared/records.ts'
import type { FakeLink } from '../fake-link.ts'

/** One state of a window to look at. `html` is the page's content; `view` one of the renderer's own. */
export interface Scenario {
  html?: string
  view?: 'home' | 'trust' | 'error'
  set(link: FakeLink): void
  /** What happens after the page is drawn. */
  after?(link: FakeLink): void
}

const LONG_PATH =
  '/home/maria.konstantinopoulou/projects/2026/observatory/measurements/spectrometer-calibration/reports/weekly/calibration-of-the-near-infrared-spectrometer.oriel.tsx'

const problem: ScriptProblem = {
  code: 'script_failed',
  message: "Cannot read properties of undefined (reading 'toFixed')",
  place: {
    file: '/home/ada/analysis/weather.oriel.tsx',
    line: 12,
    column: 24,
    excerpt: [
      { line: 9, text: 'function summary(rows: Row[]) {' },
      { line: 10, text: '  const mean = rows.reduce((sum, row) => sum + row.temperature, 0) / rows.length' },
      { line: 11, text: '' },
      { line: 12, text: '  return `${rows[0].max.toFixed(1)} °C at most, ${mean.toFixed(1)} °C on average`' },
      { line: 13, text: '}' },
      { line: 14, text: '' },
    ],
  },
  stack: [
    'at summary (/home/ada/analysis/weather.oriel.tsx:12:24)',
    'at App (/home/ada/analysis/weather.oriel.tsx:31:18)',
    'at /home/ada/analysis/weather.oriel.tsx:40:1',
  ],
}

const script = (state: ScriptProps['state'], failed: ScriptProblem | null = null): ScriptProps => ({
  state,
  path: '/home/ada/analysis/weather.oriel.tsx',
  problem: failed,
})

function addSessions(link: FakeLink, count: number): void {
  const hour = 3_600_000
  const all: Partial<HomeSessionProps>[] = [
    {
      title: 'Weather in Seattle',
      scriptPath: '/home/ada/analysis/weather.oriel.tsx',
      state: 'open',
      lastUsedAt: 40_000,
    },
    { title: 'Invoices 2026', scriptPath: '/home/ada/office/invoices.oriel.tsx', lastUsedAt: 2 * hour },
    {
      title: 'Calibration of the near-infrared spectrometer, weekly report with all channels and notes',
      scriptPath: LONG_PATH,
      state: 'crashed',
      lastUsedAt: 26 * hour,
    },
    {
      title: 'Old experiment',
      scriptPath: '/media/usb-stick/experiment.ts',
      scriptExists: false,
      lastUsedAt: 80 * hour,
    },
    { title: '', scriptPath: '/home/ada/untitled.oriel.tsx', lastUsedAt: 200 * hour },
  ]
  for (let i = 0; i < count; i++) {
    const { lastUsedAt = 0, ...rest } = all[i] ?? {
      title: `Notebook ${i}`,
      scriptPath: `/home/ada/notebooks/n${i}.ts`,
      lastUsedAt: i * 300 * hour,
    }
    const props = {
      sessionId: `s${i}`,
      title: '',
      scriptPath: '',
      state: 'closed',
      windows: 1,
      scriptExists: true,
      ...rest,
      lastUsedAt: Date.now() - lastUsedAt,
    }
    link.document.put(`session:s${i}`, 'session', props)
  }
}

function addExamples(link: FakeLink): void {
  const examples = [
    ['counter', 'Counter', 'A number, a button and state that is kept.'],
    ['weather', 'Weather', 'Four years of Seattle weather as a chart and a table with a million rows behind it.'],
    ['todo', 'To-do list', 'A form, a list and search.'],
  ] as const
  for (const [name, title, description] of examples) {
    link.document.put(`example:${name}`, 'example', { name, title, description, path: `/opt/oriel/${name}.tsx` })
  }
}

const DEMO = `
<h1>Orders this week</h1>
<p class="muted">42 orders from 17 customers. Updated a minute ago.</p>
<div class="row">
  <div class="card"><small>Revenue</small><h2>€ 12,480</h2></div>
  <div class="card"><small>Average order</small><h2>€ 297</h2></div>
  <div class="card"><small>Returns</small><h2>3</h2></div>
</div>
<div class="row"><button class="primary" data-event="add">New order</button><button data-event="x">Export</button><button class="plain">Refresh</button><button class="danger">Delete all</button><button disabled>Unavailable</button>
<input placeholder="Search orders"><select><option>All states</option><option>Open</option></select></div>
<table><thead><tr><th>Order</th><th>Customer</th><th>State</th><th>Total</th></tr></thead><tbody>
<tr><td>#1042</td><td>Northwind</td><td>Open</td><td>€ 220.00</td></tr>
<tr><td>#1041</td><td>Contoso, Ltd.</td><td>Sent</td><td>€ 1,042.50</td></tr>
<tr><td>#1040</td><td>Fabrikam</td><td>Returned</td><td>€ 87.20</td></tr></tbody></table>
<h2>New order</h2>
<form data-event="save"><label>Customer <input name="customer" value="Northwind" required></label>
<label>Notes <textarea name="notes" placeholder="Anything to know?"></textarea></label>
<label><input type="checkbox" name="express" checked> Express delivery</label>
<label><input type="radio" name="pay" checked> Card</label><label><input type="radio" name="pay"> Invoice</label>
<label>Amount <input type="range" name="amount"></label><label>When <input type="date"></label><label>Colour <input type="color" value="#0d6a6a"></label><label>File <input type="file"></label>
<button>Save</button></form>
<h3>How it works</h3><p>Press <kbd>Ctrl</kbd> + <kbd>S</kbd> or call <code>show()</code>. <a href="https://example.org">Read more</a>, or see the <mark>notes</mark>.</p>
<pre><code>const w = await show('&lt;h1&gt;Hello&lt;/h1&gt;')</code></pre>
<details><summary>More</summary><p>Folded text.</p></details>
<blockquote>Small tools make large work light.</blockquote>
<ul><li>One</li><li>Two</li></ul><progress value="0.6"></progress>`

const TINY = `<h1 id="n">7</h1><button data-event="add">Add</button>`

/** Every state worth a look, by name. */
export const scenarios: { readonly [name: string]: Scenario } = {
  'home-empty': { view: 'home', set: addExamples },
  'home-bare': { view: 'home', set: () => {} },
  'home-one': { view: 'home', set: (link) => (addSessions(link, 1), addExamples(link)) },
  'home-many': { view: 'home', set: (link) => (addSessions(link, 12), addExamples(link)) },
  'home-remove': {
    view: 'home',
    set: (link) => (addSessions(link, 5), addExamples(link)),
    after: () => document.querySelectorAll<HTMLElement>('.session-remove')[2]?.click(),
  },
  'home-focus': {
    view: 'home',
    set: (link) => (addSessions(link, 5), addExamples(link)),
    after: () => document.querySelectorAll<HTMLElement>('.session-open')[1]?.focus(),
  },
  trust: {
    view: 'trust',
    set: (link) =>
      link.document.put('trust', 'trust', {
        path: '/home/ada/Downloads/report.oriel.tsx',
        hash: 'ab'.repeat(32),
        bytes: 4213,
      } satisfies TrustProps),
  },
  'trust-long': {
    view: 'trust',
    set: (link) =>
      link.document.put('trust', 'trust', { path: LONG_PATH, hash: 'ab'.repeat(32), bytes: 812 } satisfies TrustProps),
  },
  error: { view: 'error', set: (link) => link.document.put('script', 'script', script('failed', problem)) },
  'error-plain': {
    view: 'error',
    set: (link) =>
      link.document.put(
        'script',
        'script',
        script('failed', {
          code: 'script_memory',
          message: 'The script used more than 512 MiB of memory and was ended.',
          place: null,
          stack: [],
        }),
      ),
  },
  stalled: { html: DEMO, set: (link) => link.document.put('script', 'script', script('stalled')) },
  stopped: { html: DEMO, set: (link) => link.document.put('script', 'script', script('stopped')) },
  failed: { html: DEMO, set: (link) => link.document.put('script', 'script', script('failed', problem)) },
  panel: { html: DEMO, set: (link) => link.document.put('script', 'script', script('running', problem)) },
  banner: { html: DEMO, set: () => {}, after: (link) => link.setState('reconnecting') },
  notices: {
    html: DEMO,
    set: (link) => {
      link.document.put('notice:store', 'notice', {
        level: 'warning',
        text: 'The disk is full. What you do now is kept in memory only, and stored again when there is room.',
      })
      link.document.put('notice:moved', 'notice', {
        level: 'info',
        text: 'The database was damaged and has been moved aside to oriel-2026-02-14.db. A new one was made.',
      })
    },
  },
  toasts: {
    html: TINY,
    set: (link) =>
      (link.answer = () => Promise.reject(new Error('The handler of "add" failed: amount must be a positive number.'))),
    after: () => {
      document.querySelector('button')?.click()
      setTimeout(() => document.querySelector('button')?.click(), 50)
    },
  },
  demo: { html: DEMO, set: () => {} },
  tiny: { html: TINY, set: () => {} },
}
