import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

async function open(oriel: Oriel, script: string, more: string[] = []): Promise<Page> {
  const app = oriel.run([script, '--host', 'headless', '--new', ...more])
  const [, url] = await app.output(ADDRESS)
  return oriel.visit(url!, { width: 1000, height: 760 })
}

/** Size and colour, in the middle, of what the canvas shows; null before the first frame. */
function look(page: Page): Promise<{ size: string; colour: string } | null> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-stream]')
    if (!canvas?.hasAttribute('width')) return null
    const { width, height } = canvas
    const [red, green, blue] = canvas.getContext('2d')!.getImageData(width >> 1, height >> 1, 1, 1).data
    return { size: `${width}×${height}`, colour: `${red} ${green} ${blue}` }
  })
}

/** Asks the script, as the page's own script would. */
function ask(page: Page, type: string, data: unknown = null): Promise<unknown> {
  return page.evaluate(([name, value]) => window.oriel!.request(name as string, value as null), [type, data])
}

test('[G3] [G4] pixels and files are drawn, unchanged ones are not sent, and a page that is loaded again shows the frame', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'streams.oriel.ts'))
  const canvas = page.getByRole('img', { name: 'A colour' })
  await expect(canvas).toBeVisible()
  expect(await look(page)).toBe(null)
  expect(await ask(page, 'pixels', [255, 0, 0])).toBe('shown')
  expect(await look(page)).toEqual({ size: '16×9', colour: '255 0 0' })
  expect(await ask(page, 'pixels', [255, 0, 0])).toBe('unchanged')
  expect(await ask(page, 'png', [0, 128, 255])).toBe('shown')
  expect(await look(page)).toEqual({ size: '2×2', colour: '0 128 255' })

  // Drawn anew around it, the picture stays; taken out, nobody watches; put back, it is there at once.
  await ask(page, 'restyle')
  await expect(canvas).toHaveClass('narrow')
  expect(await look(page)).toEqual({ size: '2×2', colour: '0 128 255' })
  await ask(page, 'remove')
  await expect(canvas).toHaveCount(0)
  expect(await ask(page, 'pixels', [0, 200, 0])).toBe('unwatched')
  await ask(page, 'restore')
  await expect.poll(() => look(page)).toEqual({ size: '16×9', colour: '0 200 0' })

  await page.reload()
  await expect.poll(() => look(page)).toEqual({ size: '16×9', colour: '0 200 0' })
  const box = await canvas.boundingBox()
  expect([box!.width, Math.round(box!.height)]).toEqual([200, 113])
  expect(await ask(page, 'runs')).toBe(1)
})

test('[G1] the photo example shows its stream among elements, and follows a slider that is moved with the keyboard', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(EXAMPLES, 'image.oriel.tsx'))
  await expect(page.getByRole('img', { name: 'The photo with its filters' })).toBeVisible()
  await expect.poll(async () => (await look(page))?.size).toBe('400×468')
  const grey = async () => new Set((await look(page))!.colour.split(' ')).size === 1
  expect(await grey()).toBe(false)
  await page.getByRole('slider', { name: 'Saturation' }).focus()
  await page.keyboard.press('Home')
  await expect.poll(grey).toBe(true)
  await page.keyboard.press('Control+R')
  await expect.poll(grey).toBe(false)
})

test('[G1] [G3] an app window of Chromium shows what its script pushes', async ({ oriel }) => {
  oriel.run([path.join(SCRIPTS, 'streams.oriel.ts'), '--host', 'chromium', '--new'])
  const page = await oriel.window('Streams')
  await page.waitForFunction(() => window.oriel !== undefined)
  expect(await ask(page, 'pixels', [1, 2, 3])).toBe('shown')
  expect(await look(page)).toEqual({ size: '16×9', colour: '1 2 3' })
})

test('[G5] of a burst the page ends with the newest frame, and the script is told what became of each', async ({
  oriel,
}) => {
  const page = await open(oriel, path.join(SCRIPTS, 'streams.oriel.ts'))
  const outcomes = (await ask(page, 'burst')) as Record<string, number>
  expect(await look(page)).toEqual({ size: '16×9', colour: '49 0 200' })
  expect(outcomes.shown! + outcomes.replaced!).toBe(50)
  expect(outcomes.replaced).toBeGreaterThan(0)
})

test('[G1] bytes reach a page’s own script, and what cannot be decoded is told to the script', async ({ oriel }) => {
  oriel.allowPageErrors = true
  const page = await open(oriel, path.join(SCRIPTS, 'streams.oriel.ts'))
  await page.evaluate(() => window.oriel!.request('samples', new Uint8Array([1, 2, 255])))
  await expect(page.locator('#samples')).toHaveText('1: 1 2 255')
  const broken = await page.evaluate(() => {
    const file = new Uint8Array(64)
    file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    file[19] = file[23] = 2
    return window.oriel!.request('file', file)
  })
  expect(broken).toBe('failed')
  expect(await ask(page, 'pixels', [9, 9, 9])).toBe('shown')
})

test('[G1] two sessions of the waves example stream 1920 × 1080 pixels at once, and each sees and steers its own', async ({
  oriel,
}) => {
  const script = path.join(EXAMPLES, 'waves.oriel.ts')
  const pages = [await open(oriel, script), await open(oriel, script)] as const
  const frame = async (page: Page) => Number(await page.locator('#frame').textContent())
  for (const page of pages) await expect.poll(() => frame(page)).toBeGreaterThan(2)

  // Red is the strongest in every tone of fire, and the weakest in every tone of the sea.
  const reds = (page: Page) =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas')!
      const { data } = canvas.getContext('2d')!.getImageData(0, 540, 1920, 1)
      let redder = 0
      for (let at = 0; at < data.length; at += 4) if (data[at]! > data[at + 2]!) redder++
      return `${canvas.width}×${canvas.height}: ${redder}`
    })
  await pages[0].getByLabel('Colours').selectOption('fire')
  await expect.poll(() => reds(pages[0])).toBe('1920×1080: 1920')
  expect(await reds(pages[1])).toBe('1920×1080: 0')

  // One is paused, the other runs on.
  await pages[0].getByRole('button', { name: 'Pause' }).click()
  await expect(pages[0].locator('#rate')).toHaveText('0')
  const [paused, running] = [await frame(pages[0]), await frame(pages[1])]
  await expect.poll(() => frame(pages[1])).toBeGreaterThan(running + 2)
  expect(await frame(pages[0])).toBe(paused)
  await pages[0].getByLabel('Wavelength').fill('20')
  await expect(pages[0].locator('#wavelength')).toHaveText('20 pixels')
  await expect(pages[1].locator('#wavelength')).toHaveText('64 pixels')
  await pages[0].getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => frame(pages[0])).toBeGreaterThan(paused + 2)
})
