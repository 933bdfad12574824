import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'

/** Milliseconds from a click on the page's first button to the change that its script makes; the slowest of twenty. */
function slowestClick(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const button = document.querySelector('button')!
    let worst = 0
    for (let n = 0; n < 20; n++) {
      const changed = new Promise<number>((resolve) => {
        const observer = new MutationObserver((mutations) => {
          if (!mutations.some(({ type }) => type === 'childList' || type === 'characterData')) return
          observer.disconnect()
          resolve(performance.now())
        })
        observer.observe(document.querySelector('#oriel-content') ?? document.body, {
          subtree: true,
          childList: true,
          characterData: true,
        })
      })
      const start = performance.now()
      button.click()
      worst = Math.max(worst, (await changed) - start)
    }
    return worst
  })
}

test('[F5] an endless loop in one script leaves the window of another answering, and Stop ends it', async ({
  oriel,
}) => {
  oriel.run([path.join(SCRIPTS, 'counter.oriel.ts'), '--host', 'chromium'])
  const [stuck] = await oriel.windows(1)
  const second = await oriel.command([path.join(EXAMPLES, 'hello.oriel.ts')])
  expect(second.code).toBe(0)
  const other = (await oriel.windows(2)).find((page) => page !== stuck)!
  await expect(other.getByRole('button').first()).toBeVisible()
  const calm = await slowestClick(other)
  await stuck!.getByRole('button', { name: 'Loop' }).click()
  await expect(stuck!.getByText(/is not answering/i)).toBeVisible({ timeout: 15_000 })

  // Clicks in the other window are answered while the first script spins, and in no time unless the machine had none to
  // give before.
  const slowest = await slowestClick(other)
  test.info().annotations.push({ type: 'slowest click beside an endless loop, ms', description: slowest.toFixed(1) })
  expect(slowest).toBeLessThan(Math.max(100, 5 * calm))

  await stuck!.getByRole('button', { name: 'Stop' }).click()
  await expect(stuck!.getByText(/stopped/i).first()).toBeVisible()
  await stuck!.getByRole('button', { name: 'Restart' }).click()
  await expect(stuck!.getByRole('button', { name: 'Add' })).toBeVisible()
  await stuck!.getByRole('button', { name: 'Add' }).click()
  await expect(stuck!.locator('#n')).toHaveText('1')
})
