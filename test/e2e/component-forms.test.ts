import path from 'node:path'
import type { Page, WebSocketRoute } from '@playwright/test'
import { SCRIPTS, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

/** A window of the script whose connection can be cut. */
class CutWindow {
  readonly page: Page
  readonly #sockets: WebSocketRoute[] = []
  #isCut = false

  private constructor(page: Page) {
    this.page = page
  }

  static async open(oriel: Oriel, script: string): Promise<CutWindow> {
    const app = oriel.run([path.join(SCRIPTS, script), '--host', 'headless'])
    const [, url] = await app.output(/: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/)
    const page = await oriel.visit(url!)
    const opened = new CutWindow(page)
    await page.routeWebSocket(/\/ws$/, (socket) => {
      opened.#sockets.push(socket)
      if (opened.#isCut) void socket.close({ code: 1006 })
      else socket.connectToServer()
    })
    await page.reload()
    await page.evaluate(() => window.oriel!.ready)
    return opened
  }

  async cut(): Promise<void> {
    this.#isCut = true
    await this.#sockets.at(-1)!.close({ code: 4999 })
    await expect(this.page.getByText(/connection lost/i)).toBeVisible()
  }

  mend(): void {
    this.#isCut = false
  }
}

test('a half-typed form of a component is there after the connection was cut, with focus and caret, and is sent once [Q50, Q56]', async ({
  oriel,
}) => {
  const letter = await CutWindow.open(oriel, 'letter.oriel.ts')
  const { page } = letter
  await page.getByLabel('To').fill('Ada')
  await page.getByLabel('Text').pressSequentially('Dear Ada')
  await letter.cut()
  // What was not sent for lack of a connection is there once; the script draws anew meanwhile.
  await page.getByLabel('Text').pressSequentially(', hello')
  await page.evaluate(() => void window.oriel!.emit('tick'))
  letter.mend()
  await expect(page.locator('#ticks')).toHaveText('1')
  await expect(page.getByText(/connection lost/i)).toBeHidden()
  await expect(page.getByLabel('Text')).toBeFocused()
  await page.keyboard.type('!')
  await expect(page.getByLabel('To')).toHaveValue('Ada')
  await expect(page.getByLabel('Text')).toHaveValue('Dear Ada, hello!')

  await letter.cut()
  await page.getByRole('button', { name: 'Send' }).click()
  letter.mend()
  await expect(page.locator('#sent')).toHaveText('1 sent')
  await expect(page.getByLabel('Text')).toHaveValue('')
})

test('a half-typed form is offered again when its page had to be loaded again, with what was typed while the connection was cut [Q56, A23]', async ({
  oriel,
}) => {
  const letter = await CutWindow.open(oriel, 'letter.oriel.ts')
  const { page } = letter
  const offer = page.getByText('What you had typed here is back.')
  await page.getByLabel('To').fill('Grace')
  await letter.cut()
  await page.getByLabel('Text').fill('Dear Grace, in the cut')
  await page.getByLabel('Secret').fill('hush')
  const reloaded = page.reload()
  letter.mend()
  await reloaded
  await expect(offer).toBeVisible()
  await expect(page.getByLabel('To')).toHaveValue('Grace')
  await expect(page.getByLabel('Text')).toHaveValue('Dear Grace, in the cut')
  await expect(page.getByLabel('Secret')).toHaveValue('')
  await page.screenshot({ path: 'test-results/component-form-offered.png' })

  // It can be sent as it is, and then is not offered any more.
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.locator('#sent')).toHaveText('1 sent')
  await expect(page.getByLabel('Text')).toHaveValue('')
  await page.reload()
  await page.evaluate(() => window.oriel!.ready)
  await expect(page.locator('#sent')).toHaveText('1 sent')
  await expect(page.getByLabel('Text')).toHaveValue('')

  // Or not be wanted.
  await page.getByLabel('Text').fill('Dear nobody')
  await page.reload()
  await expect(page.getByLabel('Text')).toHaveValue('Dear nobody')
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page.getByLabel('Text')).toHaveValue('')
})

test('sending a large file is stopped in its window: the script hears nothing of it, and the next one arrives whole [Q51]', async ({
  oriel,
}) => {
  const upload = await CutWindow.open(oriel, 'upload.oriel.ts')
  const { page } = upload
  const send = page.getByRole('button', { name: 'Send' })
  const choose = (name: string, bytes: number) =>
    page.getByLabel('Files').setInputFiles([{ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 1) }])
  await choose('unwanted.bin', 3_000_000)
  // On a cut connection it stays on its way for as long as the test looks.
  await upload.cut()
  await send.click()
  await expect(page.getByText('unwanted.bin')).toBeVisible()
  await expect(page.locator('form')).toHaveAttribute('data-progress', '0.000')
  await page.getByRole('button', { name: /stop|cancel/i }).click()
  await expect(page.locator('form')).not.toHaveAttribute('data-progress', /./)
  await expect(page.getByText('unwanted.bin')).toBeHidden()
  upload.mend()
  await choose('wanted.bin', 700_000)
  await send.click()
  await expect(page.locator('#got')).toHaveText('wanted.bin 700000 700000')
})
