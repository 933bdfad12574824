import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { applyFilters } from '../../../resources/examples/image/filters.ts'
import { readPng } from '../../../resources/examples/image/png.ts'
import { writePng } from '../../../resources/examples/image/write-png.ts'
import { openScript } from '../../../src/sdk/testing.ts'

// Loading what pages are made with takes most of it, once.
vi.setConfig({ testTimeout: 60_000 })

const EXAMPLES = path.resolve(import.meta.dirname, '../../../resources/examples')
const open = (name: string, options = {}) => openScript(path.join(EXAMPLES, name), options)

it('todo: what is added is there, is ticked off, taken back and cleared [A12, A18, A25]', async () => {
  const item = { id: 1, text: 'Buy milk', done: false }
  await using app = await open('todo.oriel.tsx', { state: { Todo: { items: [item], lastId: 1 } } })
  const field = app.getByLabel('What is to be done')
  await field.type('Water the plants')
  await field.press('Enter')
  await app.getByText('2 left').waitFor()
  expect(await field.value()).toBe('')
  await app.getByRole('checkbox', { name: 'Buy milk' }).check()
  await app.getByText('1 left').waitFor()

  await app.getByRole('button', { name: 'Clear what is done' }).click()
  expect(app.dialog).toMatchObject({ title: 'Remove the one that is done?', danger: true })
  await app.answerDialog(false)
  await app.getByRole('button', { name: 'Clear what is done' }).click()
  await app.answerDialog(true)
  await app.waitFor(() => expect(app.state('Todo')?.items).toEqual([{ id: 2, text: 'Water the plants', done: false }]))

  await app.getByRole('button', { name: 'Remove' }).click()
  await app.waitFor(() => expect(app.state('Todo')?.items).toEqual([]))
  await app.getByRole('button', { name: 'Undo' }).click()
  await app.waitFor(() => expect(app.state('Todo')?.items).toHaveLength(1))
  expect(app.problems).toEqual([])
})

it('long task: shows how far it is, is cancelled, and says what came of it [A20]', async () => {
  const state = { Primes: { limit: 10_000_000_000, found: null } }
  await using app = await open('long-task.oriel.tsx', { state, timeoutMs: 60_000 })
  await app.getByRole('button', { name: 'Count' }).click()
  await app.getByRole('progressbar', { name: /Primes up to 10,000,000,000/ }).waitFor()
  await app.cancelTask()
  await app.waitFor(() => expect(app.toasts.at(-1)?.text).toBe('Primes up to 10,000,000,000 was cancelled.'))
  await app.getByLabel('Up to').select('100,000')
  await app.getByRole('button', { name: 'Count' }).click()
  await app.waitFor(() => expect(app.state('Primes')).toEqual({ limit: 100_000, found: 9592 }))
  await app.getByText('9,592 primes found').waitFor()
  expect(app.problems).toEqual([])
})

it('photo: sliders change it, menus open and save [A16, A21]', async () => {
  await using app = await open('image.oriel.tsx')
  await app.getByRole('slider', { name: 'Saturation' }).press('Home')
  await app.waitFor(() => expect(app.state('Edit')).toMatchObject({ saturation: -100 }))
  await app.getByRole('menuitem', { name: 'Edit' }).click()
  await app.getByRole('menuitem', { name: 'Start again' }).click()
  await app.waitFor(() => expect(app.state('Edit')).toMatchObject({ saturation: 0 }))
  await app.getByRole('menuitem', { name: 'File' }).click()
  await app.getByRole('menuitem', { name: 'Open…' }).click()
  await app.answerDialog(path.join(EXAMPLES, 'data/grace-hopper.png'))
  await app.getByText('grace-hopper.png').waitFor()
  expect(app.problems).toEqual([])
})

it('photo: what the filters make of it', () => {
  const photo = readPng(readFileSync(path.join(EXAMPLES, 'data/grace-hopper.png')))
  expect([photo.width, photo.height]).toEqual([400, 468])
  const none = { brightness: 0, contrast: 0, saturation: 0, blur: 0, sepia: 0 }
  expect(applyFilters(photo, none).data).toEqual(photo.data)
  expect(readPng(writePng(photo)).data).toEqual(photo.data)
  const grey = applyFilters(photo, { ...none, saturation: -100 }).data
  expect([grey[0], grey[1]]).toEqual([grey[1], grey[2]])
  const mean = (data: Uint8ClampedArray) => data.reduce((sum, value) => sum + value, 0) / data.length
  expect(mean(applyFilters(photo, { ...none, brightness: 30 }).data)).toBeGreaterThan(mean(photo.data) + 20)
  expect(Math.abs(mean(applyFilters(photo, { ...none, blur: 5 }).data) - mean(photo.data))).toBeLessThan(1)
})
