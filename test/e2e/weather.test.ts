import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/
const DATA = path.join(EXAMPLES, 'data/seattle-weather.csv')

async function open(oriel: Oriel, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const app = oriel.run([path.join(EXAMPLES, 'weather.oriel.ts'), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  return oriel.visit(url!, { width: 1200, height: 780, colorScheme })
}

test('the data of the weather example is the data set as it was published', () => {
  const published = new URL('../../node_modules/vega-datasets/data/seattle-weather.csv', import.meta.url)
  expect(readFileSync(DATA).equals(readFileSync(published))).toBe(true)
})

test('[E13] the weather example filters, sorts and shows a day, all by callbacks of the script', async ({ oriel }) => {
  const page = await open(oriel)
  await expect(page.getByText('1–50 of 1,461 days')).toBeVisible()
  await page.getByLabel('Year').selectOption('2014')
  await expect(page.getByText('1–50 of 365 days')).toBeVisible()
  const snow = readFileSync(DATA, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('2014') && line.endsWith('snow'))
  await page.locator('#filters').getByText('Snow').click()
  await expect(page.locator('#table')).toContainText(snow.length === 0 ? 'No' : String(snow.length))
  await page.locator('#filters').getByText('Sun').click()
  await page.locator('#sort-date').click()
  await expect(page.locator('#table [data-event=day], #table label').first()).toContainText('2014')
  await page.locator('#chart').getByText('Temperature').click()
  await expect(page.locator('#chart')).toContainText('°C')
  await page
    .locator('#table')
    .getByText(/Dec 2014/)
    .first()
    .click()
  await expect(page.locator('#day')).toContainText('December')
})

test('[T12] the filter of the weather example is there again when it is opened again', async ({ oriel }) => {
  const first = await open(oriel)
  await first.getByLabel('Year').selectOption('2013')
  await expect(first.getByText('1–50 of 365 days')).toBeVisible()
  await oriel.endAll()
  const again = await open(oriel, 'dark')
  await expect(again.getByLabel('Year')).toHaveValue('2013')
  await expect(again.getByText('1–50 of 365 days')).toBeVisible()
})
