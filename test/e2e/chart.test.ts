import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

test.setTimeout(120_000)

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const POINTS = '.oriel-chart .scatterlayer .point'

async function openChart(oriel: Oriel): Promise<Page> {
  const app = oriel.run([path.join(SCRIPTS, 'chart.oriel.tsx'), '--host', 'headless'])
  const [, url] = await app.output(/: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/)
  const page = await oriel.visit(url!, { width: 900, height: 640 })
  await expect(page.locator(POINTS)).toHaveCount(4, { timeout: 40_000 })
  return page
}

/** Middle of a point on the page. */
async function placeOf(page: Page, point: number): Promise<[x: number, y: number]> {
  const { x, y, width, height } = (await page.locator(POINTS).nth(point).boundingBox())!
  return [x + width / 2, y + height / 2]
}

/** Presses a button above the chart and gives what is downloaded. */
async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  await page.locator('.oriel-chart').hover()
  const saving = page.waitForEvent('download')
  await page.locator(`.modebar-btn[data-title="${button}"]`).click()
  const download = await saving
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

test('the script is told which point is looked at, which are drawn around, and what of the layout has changed [O16]', async ({
  oriel,
}) => {
  const page = await openChart(oriel)
  await page.mouse.move(...(await placeOf(page, 1)), { steps: 3 })
  await expect(page.getByText('Hovered: 0/1 at 2,4')).toBeVisible()

  const [first, last] = [await placeOf(page, 2), await placeOf(page, 3)]
  await page.mouse.move(first[0] - 20, first[1] + 20)
  await page.mouse.down()
  await page.mouse.move(last[0] + 20, last[1] - 20, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByText('Selected: 0/2 at 3,9 and 0/3 at 4,16')).toBeVisible()
  const plot = (await page.locator('.oriel-chart .nsewdrag').boundingBox())!
  await page.mouse.dblclick(plot.x + plot.width - 20, plot.y + 20)
  await expect(page.getByText('Selected: nothing', { exact: true })).toBeVisible()

  await page.locator('.oriel-chart').hover()
  await page.locator('.modebar-btn[data-title="Zoom in"]').click()
  await expect(page.getByText('Changed: xaxis.range[0] xaxis.range[1] yaxis.range[0] yaxis.range[1]')).toBeVisible()
})

test('points that come are drawn, and what the person has zoomed to stays [O16]', async ({ oriel }) => {
  const page = await openChart(oriel)
  const ticks = async (): Promise<string[]> =>
    (await page.locator('.oriel-chart .xtick').allTextContents()).filter(Boolean).toSorted()
  const whole = await ticks()
  await page.locator('.oriel-chart').hover()
  await page.locator('.modebar-btn[data-title="Zoom in"]').click()
  await expect.poll(ticks).not.toEqual(whole)
  await expect(page.getByText('Changed: xaxis')).toBeVisible()
  const zoomed = await ticks()
  await page.getByRole('button', { name: 'Grow' }).click()
  await expect(page.locator(POINTS)).toHaveCount(5)
  expect(await ticks()).toEqual(zoomed)
})

test('a chart is saved as a picture that other programs can show, as PNG and as SVG [O16]', async ({ oriel }) => {
  const page = await openChart(oriel)
  const { width, height } = (await page.locator('.oriel-chart').boundingBox())!

  const png = await saved(page, 'Save as PNG')
  expect(png.name).toBe('squares.png')
  expect(png.bytes.subarray(0, 8).equals(PNG_SIGNATURE)).toBe(true)
  // Twice as fine as on the screen, with points in it.
  const picture = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    const context = canvas.getContext('2d')!
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    // Of the first colour of lines and marks, #0d6a6a, on whatever is below.
    let marked = 0
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 200 && data[i + 1]! - data[i]! > 60) marked++
    return { width: bitmap.width, height: bitmap.height, marked }
  }, png.bytes.toString('base64'))
  expect(picture).toMatchObject({ width: Math.round(width) * 2, height: Math.round(height) * 2 })
  expect(picture.marked).toBeGreaterThan(4 * 12 * 12)

  const svg = await saved(page, 'Save as SVG')
  expect(svg.name).toBe('squares.svg')
  const drawing = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
    const { documentElement: root } = parsed
    return {
      name: root.localName,
      namespace: root.namespaceURI,
      points: root.querySelectorAll('.scatterlayer .point').length,
      wrong: parsed.querySelector('parsererror')?.textContent ?? null,
    }
  }, svg.bytes.toString('utf8'))
  expect(drawing).toEqual({ name: 'svg', namespace: 'http://www.w3.org/2000/svg', points: 4, wrong: null })
})
