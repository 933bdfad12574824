import path from 'node:path'
import { EXAMPLES, SCRIPTS, expect, test } from './support/oriel.ts'

test('[F5] an endless loop in one script leaves the window of another answering, and Stop ends it', async ({
  oriel,
}) => {
  oriel.run([path.join(SCRIPTS, 'counter.oriel.ts'), '--host', 'chromium'])
  const [stuck] = await oriel.windows(1)
  const second = await oriel.command([path.join(EXAMPLES, 'hello.oriel.ts')])
  expect(second.code).toBe(0)
  const other = (await oriel.windows(2)).find((page) => page !== stuck)!
  await expect(other.getByRole('button').first()).toBeVisible()
  await stuck!.getByRole('button', { name: 'Loop' }).click()
  await expect(stuck!.getByText(/is not answering/i)).toBeVisible({ timeout: 15_000 })

  // The other window's clicks are answered while the first script spins; the slowest of twenty counts.
  const slowest = await other.evaluate(async () => {
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
  test.info().annotations.push({ type: 'slowest click beside an endless loop, ms', description: slowest.toFixed(1) })
  expect(slowest).toBeLessThan(100)

  await stuck!.getByRole('button', { name: 'Stop' }).click()
  await expect(stuck!.getByText(/stopped/i).first()).toBeVisible()
  await stuck!.getByRole('button', { name: 'Restart' }).click()
  await expect(stuck!.getByRole('button', { name: 'Add' })).toBeVisible()
  await stuck!.getByRole('button', { name: 'Add' }).click()
  await expect(stuck!.locator('#n')).toHaveText('1')
})
