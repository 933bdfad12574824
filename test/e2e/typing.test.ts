import path from 'node:path'
import { SCRIPTS, expect, test } from './support/oriel.ts'

const TEXT = 'The quick brown fox jumps over the lazy dog, 12345! '.repeat(4).slice(0, 200)

test('200 characters typed at full speed into fields that the script controls arrive whole, and caret and focus stay [I6, I7]', async ({
  oriel,
}) => {
  const app = oriel.run([path.join(SCRIPTS, 'typing.oriel.tsx'), '--host', 'headless'])
  const [, url] = await app.output(/: (http:\/\/127\.0\.0\.1:\d+\/w\/\S+)/)
  const page = await oriel.visit(url!, { width: 700, height: 500 })
  for (const [name, heard, made] of [
    ['Name', 'Heard: ', TEXT.toUpperCase()],
    ['Plain', 'Plain heard: ', TEXT.trim()],
  ] as const) {
    const field = page.getByLabel(name)
    await field.focus()
    await page.keyboard.type(TEXT)
    // What was typed is the person's while they are in the field, whatever the script makes of it.
    await expect(field).toHaveValue(TEXT)
    await expect(page.getByText(`${heard}${made}.`)).toBeVisible()
    await expect(field).toHaveValue(TEXT)
    await expect(field).toBeFocused()
    expect(await field.evaluate((element) => (element as HTMLInputElement).selectionStart)).toBe(TEXT.length)
    // In the middle of it.
    await field.evaluate((element) => (element as HTMLInputElement).setSelectionRange(4, 4))
    await page.keyboard.type('very ')
    const longer = `${TEXT.slice(0, 4)}very ${TEXT.slice(4)}`
    await expect(field).toHaveValue(longer)
    expect(await field.evaluate((element) => (element as HTMLInputElement).selectionStart)).toBe(9)
    await field.blur()
    await expect(field).toHaveValue(name === 'Name' ? longer.toUpperCase() : longer.trim())
  }
})
