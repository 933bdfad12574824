import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import axeCore from 'axe-core'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

// Charts and the database are loaded when they are first needed, which takes its time on a busy machine.
const FIRST = { timeout: 40_000 }
test.setTimeout(120_000)

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

async function open(
  oriel: Oriel,
  script: string,
  args: string[] = [],
  size: { width: number; height: number; colorScheme?: 'light' | 'dark' } = { width: 1100, height: 900 },
): Promise<Page> {
  const app = oriel.run([script, ...args, '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  return oriel.visit(url!, size)
}

/** How many colours are painted on a canvas: more, the more is drawn there. */
const coloursOf = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height)
    const seen = new Set<number>()
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255) seen.add(data[i]! * 65536 + data[i + 1]! * 256 + data[i + 2]!)
    return seen.size
  })

const cell = (page: Page, row: number, column: number) =>
  page.locator(`.ag-row[row-index="${row}"] [col-id="${column}"]`)

/** What axe finds wrong in what the script shows: a rule and the element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof axeCore }
    const found = await axe.run('.elements', { rules: { region: { enabled: false } } })
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

test('the data of the examples is as it was published', () => {
  for (const name of ['penguins.json', 'stocks.csv']) {
    const published = new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url)
    expect(readFileSync(path.join(EXAMPLES, 'data', name)).equals(readFileSync(published))).toBe(true)
  }
})

test('a table of a million rows shows its end, its order and what is searched for, and sends what is looked at alone [O14]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  await expect(page.getByText('1,000,000 rows')).toBeVisible(FIRST)
  await expect(cell(page, 0, 1)).toHaveText('0')
  await expect(cell(page, 3, 1)).toHaveText('23,757')
  await expect(cell(page, 1, 3)).toHaveText('Jan 2, 2024')
  await expect(cell(page, 1, 4)).toHaveText('no')

  await cell(page, 0, 1).click()
  await page.keyboard.press('Control+End')
  await expect(cell(page, 999_999, 0)).toHaveText('999,999')
  await expect(cell(page, 999_999, 1)).toHaveText('992,081')
  await page.keyboard.press('Control+Home')

  // The focus goes along page by page, over rows that have yet to come.
  await cell(page, 0, 1).click()
  const focused = (): Promise<number> =>
    page.evaluate(() => Number(document.activeElement?.closest('[row-index]')?.getAttribute('row-index')))
  await expect(async () => {
    await page.keyboard.press('PageDown')
    expect(await focused()).toBeGreaterThan(250)
  }).toPass()
  const row = await focused()
  await page.keyboard.press('ArrowUp')
  await expect.poll(focused).toBe(row - 1)
  await expect(cell(page, row - 1, 0)).toHaveText(String(row - 1))
  await page.keyboard.press('Control+Home')

  await page.locator('.ag-header-cell[col-id="1"] .ag-header-cell-label').click()
  await expect(cell(page, 1, 1)).toHaveText('1')
  await page.locator('.ag-header-cell[col-id="1"] .ag-header-cell-label').click()
  await expect(cell(page, 0, 1)).toHaveText('999,999')

  await page.getByPlaceholder('Search').fill('zoë 999999')
  await expect(page.getByRole('status')).toHaveText(/^\d rows?$/)
  await page.getByPlaceholder('Search').fill('no such thing')
  await expect(page.getByText('0 rows')).toBeVisible()
  await page.getByPlaceholder('Search').fill('')
  await expect(page.getByText('1,000,000 rows')).toBeVisible()
  expect(await violations(page)).toEqual([])
})

test('cells are edited, refused with a reason, taken back and made again; selection tells which rows [O15]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  const edit = async (row: number, column: number, text: string): Promise<void> => {
    await cell(page, row, column).dblclick()
    await page.locator('.oriel-table-editor').fill(text)
    await page.keyboard.press('Enter')
  }
  await expect(cell(page, 1, 1)).toHaveText('7,919', FIRST)
  await edit(1, 1, '42.5')
  await expect(page.getByText('row 1 value: 7919 → 42.5')).toBeVisible()
  await expect(cell(page, 1, 1)).toHaveText('42.5')
  await edit(1, 1, '-3')
  await expect(page.getByRole('alert').filter({ hasText: 'It must not be negative.' })).toBeVisible()
  await expect(cell(page, 1, 1)).toHaveText('42.5')
  await edit(1, 1, 'many')
  await expect(page.getByText('This is no number.')).toBeVisible()

  await cell(page, 1, 1).click()
  await page.keyboard.press('Control+z')
  await expect(cell(page, 1, 1)).toHaveText('7,919')
  await page.keyboard.press('Control+Shift+z')
  await expect(cell(page, 1, 1)).toHaveText('42.5')

  await cell(page, 2, 0).click()
  await expect(page.getByText(/selected 2: .*"value":15838/)).toBeVisible()
})

test('what is selected is copied for spreadsheets with Ctrl+C, and where nothing is, the cell that has the focus [O15]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  await expect(cell(page, 1, 1)).toHaveText('7,919', FIRST)
  await page.context().grantPermissions(['clipboard-read'])
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())

  // From the search to the cells by the keyboard, which selects nothing.
  await page.getByPlaceholder('Search').click()
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(page.locator('.ag-header-cell:focus')).toBeVisible({ timeout: 100 })
  }).toPass()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(async () => {
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('.ag-cell-focus')).toHaveText('7,919', { timeout: 100 })
  }).toPass()
  await page.keyboard.press('Control+c')
  await expect.poll(clipboard).toBe('7919')

  await cell(page, 1, 0).click()
  await cell(page, 3, 0).click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByText(/^selected 1, 3: /)).toBeVisible()
  await page.keyboard.press('Control+c')
  await expect.poll(clipboard).toBe('1\t7919\tGrace\t2024-01-02\tfalse\n3\t23757\tZoë\t2024-01-04\ttrue')
})

test('a cell that is set and a row that is added show by themselves; other rows come in their place [O15]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  await expect(cell(page, 2, 1)).toHaveText('15,838', FIRST)
  await page.getByRole('button', { name: 'Set a cell' }).click()
  await expect(cell(page, 2, 1)).toHaveText('123,456')
  await page.getByRole('button', { name: 'Append' }).click()
  await expect(page.getByText('1,000,001 rows')).toBeVisible()
  await cell(page, 0, 1).click()
  await page.keyboard.press('Control+End')
  await expect(cell(page, 1_000_000, 2)).toHaveText('New')

  await page.getByRole('button', { name: 'Other rows' }).click()
  await expect(page.getByText('5,000 rows')).toBeVisible()
  await expect(cell(page, 12, 1)).toHaveText('144')
  await page.getByRole('button', { name: 'Other rows' }).click()
  await expect(page.getByText('No rows')).toBeVisible()
})

test('what is shown of a table is saved as CSV, in its order [O15]', async ({ oriel }) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  await page.getByRole('button', { name: 'Other rows' }).click(FIRST)
  await expect(page.getByText('5,000 rows')).toBeVisible(FIRST)
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  const download = await saving
  expect(download.suggestedFilename()).toBe('numbers.csv')
  const lines = readFileSync(await download.path(), 'utf8').split('\r\n')
  expect(lines.slice(0, 3)).toEqual(['\uFEFFn,square', '0,0', '1,1'])
  expect(lines).toHaveLength(5002)
})

test('points that are pushed are drawn, and the oldest make room for them [O17]', async ({ oriel }) => {
  const page = await open(oriel, path.join(SCRIPTS, 'table.oriel.tsx'))
  const canvas = page.getByRole('figure', { name: 'Two waves' }).locator('canvas')
  const colours = (): Promise<number> => coloursOf(canvas)
  const before = await colours()
  await page.getByRole('button', { name: 'Push lines' }).click()
  // Of 800 points the last 500 stay: the axis begins at 300.
  await expect.poll(colours).toBeGreaterThan(before)
})

test('of ten lines with a thousand points a second each nothing is lost: those that are kept are there from the first to the last [O17]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'lines.oriel.tsx'))
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByText('all pushed')).toBeVisible({ timeout: 30_000 })
  const figure = page.getByRole('figure', { name: 'Ten lines' })
  const plot = (await figure.locator('.u-over').boundingBox())!
  /** What the legend says where the pointer is: x, and the value of each line. */
  const told = async (): Promise<number[]> =>
    (await figure.locator('.u-value').allTextContents()).map((text) => Number(text.replaceAll(',', '')))
  const at = (x: number): number[] => [x, ...Array.from({ length: 10 }, (_, i) => i * 10_000 + x)]
  // Of 5,000 points the last 3,000 are kept; had one of them not come, there would be an earlier one.
  await page.mouse.move(plot.x + 1, plot.y + plot.height / 2)
  await expect.poll(told).toEqual(at(2000))
  // One pixel is several points.
  await page.mouse.move(plot.x + plot.width - 1, plot.y + plot.height / 2)
  await expect.poll(async () => (await told())[0]).toBeGreaterThan(4985)
  const values = await told()
  expect(values).toEqual(at(values[0]!))
  // Each line goes up to the right edge, in a colour of its own.
  await page.mouse.move(0, 0)
  const edge = await figure.locator('canvas').evaluate((canvas: HTMLCanvasElement, right) => {
    const from = Math.floor((right - canvas.getBoundingClientRect().left) * devicePixelRatio) - 4
    const { data } = canvas.getContext('2d')!.getImageData(from, 0, 3, canvas.height)
    const rows = Array.from({ length: canvas.height }, (_, y) =>
      [0, 1, 2].some((x) => {
        const [red, green, blue] = data.slice((y * 3 + x) * 4)
        return Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) > 25
      }),
    )
    return rows.filter((isLine, y) => isLine && !rows[y - 1]).length
  }, plot.x + plot.width)
  expect(edge).toBe(10)
})

test('what a person has dragged closer stays while points come, until a double-click shows all again [O17]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'lines.oriel.tsx'))
  const figure = page.getByRole('figure', { name: 'Ten lines' })
  await page.getByRole('button', { name: 'Once' }).click()
  await expect(page.getByText('1,000 points')).toBeVisible()
  const plot = (await figure.locator('.u-over').boundingBox())!
  let moves = 0
  /** x where the pointer is put, beside where it was. */
  const xAt = async (part: number): Promise<number> => {
    await page.mouse.move(plot.x + plot.width * part, plot.y + plot.height / 2 + (moves++ % 2))
    return Number((await figure.locator('.u-value').first().textContent())!.replaceAll(',', ''))
  }
  await expect.poll(() => xAt(0.999)).toBeGreaterThan(990)
  await page.mouse.move(plot.x + plot.width / 4, plot.y + 50)
  await page.mouse.down()
  await page.mouse.move(plot.x + plot.width / 2, plot.y + 60, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => xAt(0.999)).toBeLessThan(520)
  await page.getByRole('button', { name: 'Once' }).click()
  await expect(page.getByText('2,000 points')).toBeVisible()
  expect(await xAt(0.001)).toBeGreaterThan(230)
  expect(await xAt(0.999)).toBeLessThan(520)
  await page.mouse.dblclick(plot.x + plot.width / 2, plot.y + plot.height / 2)
  await expect.poll(() => xAt(0.999)).toBeGreaterThan(1980)
})

test('penguins: what is selected in the table stands out in the chart, and what is drawn around in the chart is selected in the table [O16]', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(EXAMPLES, 'penguins.oriel.tsx'), [], { width: 1180, height: 720 })
  await expect(page.locator('.oriel-chart .scatterlayer .point')).toHaveCount(342, FIRST)
  await expect(page.getByText('344 rows')).toBeVisible()
  await page.locator('.ag-row[row-index="0"] .ag-checkbox-input').click()
  await page.locator('.ag-row[row-index="2"] .ag-checkbox-input').click()
  await expect(page.getByText('2 of 344 penguins')).toBeVisible()
  const strong = page.locator('.oriel-chart .scatterlayer .point').and(page.locator('[style*="opacity: 0.8"]'))
  await expect(strong).toHaveCount(2)

  const plot = (await page.locator('.oriel-chart .nsewdrag').boundingBox())!
  const corners = [
    [0.6, 0.02],
    [0.98, 0.02],
    [0.98, 0.4],
    [0.6, 0.4],
    [0.6, 0.02],
  ].map(([x, y]) => [plot.x + plot.width * x!, plot.y + plot.height * y!] as const)
  await page.mouse.move(...corners[0]!)
  await page.mouse.down()
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText(/^\d{2,3} of 344 penguins, 5,\d{3} g on average$/)).toBeVisible()
  await page.getByPlaceholder('Search').fill('gentoo')
  await expect(page.locator('.ag-row-selected').first()).toBeVisible()
  expect(await violations(page)).toEqual([])

  const text = await page.locator('.elements p').first().textContent()
  await oriel.endAll()
  const again = await open(oriel, path.join(EXAMPLES, 'penguins.oriel.tsx'), [], {
    width: 1180,
    height: 720,
    colorScheme: 'dark',
  })
  await expect(again.getByText(text!)).toBeVisible()
})

/** Chooses one of the options of a Select. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('explorer: a file that is named opens, is grouped and drawn; a damaged one is said to be damaged, and where [O5, O13]', async ({
  oriel,
}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'oriel-explorer-'))
  try {
    const file = path.join(folder, 'sales.csv')
    const rows = Array.from({ length: 3000 }, (_, i) => `${['north', 'south', 'west'][i % 3]};${i % 7},5`)
    writeFileSync(file, `region;amount\n${rows.join('\n')}\n`)
    const page = await open(oriel, path.join(EXAMPLES, 'explorer.oriel.tsx'), [`file=${file}`])
    await expect(page.getByText('CSV, utf-8, “;” between values, 2 columns')).toBeVisible(FIRST)
    await expect(page.getByText('3,000 rows')).toBeVisible()
    const bars = page.locator('.oriel-chart .barlayer .point')
    await expect(bars).toHaveCount(3, FIRST)
    await choose(page, 'Show', 'Average of')
    await expect(page.locator('.oriel-chart .ytitle')).toHaveText('Average of amount')
    await choose(page, 'Group by', 'amount')
    await expect(bars).toHaveCount(7)

    writeFileSync(path.join(folder, 'broken.csv'), 'a,b\n1,2\n3\n')
    await page.getByLabel('File').fill(path.join(folder, 'broken.csv'))
    await page.getByRole('button', { name: 'Open' }).click()
    await expect(page.getByRole('alert')).toContainText('broken.csv, line 3, character 1')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('stocks: months come in one by one, stop on demand, and begin again at the end [O17]', async ({ oriel }) => {
  const page = await open(oriel, path.join(EXAMPLES, 'stocks.oriel.tsx'), [], { width: 980, height: 680 })
  await page.getByRole('button', { name: 'Pause' }).click(FIRST)
  const canvas = page.getByRole('figure', { name: 'Stock prices' }).locator('canvas')
  const begun = await coloursOf(canvas)
  const month = await page.locator('.elements p').last().textContent()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.locator('.elements p').last()).not.toHaveText(month!)
  await expect(page.getByRole('button', { name: 'Play again' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('$223.02')).toBeVisible()
  // One of them has no price in the first years: a gap, and the others are drawn all the same.
  await expect.poll(() => coloursOf(canvas)).toBeGreaterThan(begun + 20)
  expect(await violations(page)).toEqual([])
})
