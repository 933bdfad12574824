import path from 'node:path'
import type { Page } from '@playwright/test'
import { EXAMPLES, expect, test } from './support/oriel.ts'
import type { Oriel } from './support/oriel.ts'

const ADDRESS = /: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/

async function open(oriel: Oriel, example: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const app = oriel.run([path.join(EXAMPLES, example), '--host', 'headless'])
  const [, url] = await app.output(ADDRESS)
  return oriel.visit(url!, { width: 1000, height: 860, colorScheme })
}

test('[I37] [I38] the gallery shows every group; dialogs give the focus back, and what is typed in a tab stays', async ({
  oriel,
}) => {
  const page = await open(oriel, 'gallery.oriel.tsx', 'dark')
  const opener = page.getByRole('button', { name: 'Open a modal' })
  await opener.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('New name')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(opener).toBeFocused()

  for (const [tab, text] of [
    ['Text', 'All 344 rows were stored.'],
    ['Data', '"Gentoo"'],
    ['Status', 'Waiting for the server'],
    ['Input', '3 characters'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click()
    await expect(page.getByText(text)).toBeVisible()
  }
  await page.getByLabel('Your name').fill('Augusta')
  await expect(page.getByText('7 characters')).toBeVisible()
  await page.getByLabel('Remarks').fill('half typed')
  await page.getByRole('tab', { name: 'Layout' }).click()
  await page.getByRole('tab', { name: 'Input' }).click()
  await expect(page.getByLabel('Remarks')).toHaveValue('half typed')
})

test('[I35] [I36] the form says what is wrong at each field, takes a receipt byte for byte, and keeps what was handed in', async ({
  oriel,
}) => {
  const page = await open(oriel, 'form.oriel.tsx')
  await page.getByLabel('Amount').fill('120')
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByLabel('Name')).toBeFocused()
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription('Please enter your whole name.')
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('Please fill this in.')
  await expect(page.getByText('Please choose the first day.')).toBeVisible()
  await expect(page.getByLabel('Amount')).toHaveValue('120')

  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByRole('button', { name: 'First and last day' }).click()
  await page.getByRole('dialog').getByRole('button', { name: / 10, / }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: / 12, / }).first().click()
  await page.getByRole('radio', { name: 'Customer' }).check()
  await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText('Amounts over 50 € need a receipt.')).toBeVisible()

  const receipt = page.locator('input[type=file]')
  await receipt.setInputFiles({ name: 'film.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(5_000_001) })
  await expect(page.getByText('film.pdf has 5.0 MB; files may have up to 5.0 MB.')).toBeVisible()
  // more than one part
  await receipt.setInputFiles({ name: 'bill.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(1_400_000, 7) })
  await expect(page.getByRole('button', { name: 'Remove bill.pdf' })).toBeVisible()
  await page.getByRole('button', { name: 'Hand in' }).click()
  await expect(page.getByText(/, bill\.pdf$/)).toBeVisible()
  await expect(page.getByText('120.00 €')).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('')
  await expect(page.getByRole('button', { name: 'Remove bill.pdf' })).toBeHidden()

  await oriel.endAll()
  const again = await open(oriel, 'form.oriel.tsx', 'dark')
  await expect(again.getByText('120.00 €')).toBeVisible()
})
