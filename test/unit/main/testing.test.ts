import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openScript } from '../../../src/sdk/testing.ts'

// Loading what pages are made with takes most of it, once.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
const write = (name: string, text: string): string => {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

const COUNTER = `
import { SessionState, dialog, download, html, session, show, toast } from 'oriel'
import { z } from 'zod'
class Counter extends SessionState.define({ count: z.number().int().default(0) }) {}
const counter = Counter.get()
const w = await show(html\`<h1>\${session.get('arguments').title ?? 'Counter'}</h1>
  <p>Count: <output id="n">\${counter.count}</output></p>
  <button data-event="add">Add</button> <button data-event="reset">Reset</button>
  <form data-event="save" data-reset><label>Your name <input name="name"></label>
    <label>Kind <select name="kind"><option value="a">First</option><option value="b">Second</option></select></label>
    <label><input type="checkbox" name="urgent"> Urgent</label><button>Save</button></form><p id="said"></p>
  <input aria-label="Search" data-event="search" data-on="input"><span id="found"></span>\`, { title: 'Counter' })
w.on('add', () => w.patch('#n', String(++counter.count)))
w.on('reset', async () => {
  if (!(await dialog.confirm('Set back to zero?', { ok: 'Set back' }))) return
  counter.count = 0
  await w.patch('#n', '0')
  await toast('Set back', { level: 'success' })
})
w.on('save', async (data) => {
  await w.patch('#said', html\`\${JSON.stringify(data)}\`)
  await download('name.txt', data.name)
})
w.on('search', ({ value }) => w.patch('#found', html\`for \${value}\`))
`

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'oriel-testing-')))
  write('counter.oriel.ts', COUNTER)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (options = {}) => openScript(path.join(folder, 'counter.oriel.ts'), options)

describe('a script in a test', () => {
  it('is used by role, label and text as a person would, and its state, events and toasts are read [A25]', async () => {
    await using app = await open()
    await app.getByRole('button', { name: 'Add' }).click()
    await app.getByRole('button', { name: 'Add' }).click()
    expect(await app.getByRole('status').text()).toBe('2')
    expect(app.state('Counter')).toEqual({ count: 2 })
    expect(app.events.map(({ type }) => type)).toEqual(['add', 'add'])

    await app.getByLabel('Your name').fill('Ada')
    await app.getByLabel('Kind').select('Second')
    await app.getByRole('checkbox', { name: 'Urgent' }).check()
    await app.getByRole('button', { name: 'Save' }).click()
    expect(await app.getByText('"kind":"b"').text()).toBe('{"name":"Ada","kind":"b","urgent":true}')
    expect(app.downloads).toMatchObject([{ name: 'name.txt', type: 'text/plain' }])
    // data-reset
    expect(await app.getByLabel('Your name').value()).toBe('')

    await app.getByLabel('Search').type('bird')
    expect(app.events.slice(-4).map(({ data }) => (data as { value: string }).value)).toEqual([
      'b',
      'bi',
      'bir',
      'bird',
    ])
    await app.getByText('for bird').waitFor()
    expect(app.problems).toEqual([])
  })

  it('asks its questions of the test, in the page or by what they are [A25]', async () => {
    await using app = await open({ state: { Counter: { count: 7 } } })
    expect(await app.getByRole('status').text()).toBe('7')
    await app.getByRole('button', { name: 'Reset' }).click()
    expect(app.dialog).toMatchObject({ kind: 'confirm', title: 'Set back to zero?' })
    await app.answerDialog(false)
    expect(app.state('Counter')).toEqual({ count: 7 })
    await app.getByRole('button', { name: 'Reset' }).click()
    await app.getByRole('button', { name: 'Set back' }).click()
    await app.getByText('Set back', { exact: true }).waitFor()
    expect([app.state('Counter'), app.toasts]).toEqual([{ count: 0 }, [{ text: 'Set back', level: 'success' }]])
  })

  it('is alone: several at once share nothing; arguments and client are the test’s [A26, T14]', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((clientId) => open({ clientId, arguments: { title: clientId } })))
    await Promise.all(
      all.map(async (app, at) => {
        for (let n = 0; n <= at; n++) await app.getByRole('button', { name: 'Add' }).click()
      }),
    )
    expect(all.map((app) => [app.clientId, app.state('Counter')])).toEqual([
      ['a', { count: 1 }],
      ['b', { count: 2 }],
      ['c', { count: 3 }],
    ])
    expect(await all[2]!.getByRole('heading').text()).toBe('c')
    expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(3)
    for (const app of all) await app.close()
    expect(all[0]!.widgetIds).toEqual([])
  })

  it('is told as text, and what is missing, ambiguous or cannot be used is said with the page [A25]', async () => {
    await using app = await open({ timeoutMs: 300 })
    expect(await app.snapshot()).toBe(`main
  heading "Counter"
  Count:
  status
    0
  button "Add"
  button "Reset"
  form
    Your name
    textbox "Your name"
    Kind
    combobox "Kind" (value: a)
      option "First"
      option "Second"
    checkbox "Urgent"
    Urgent
    button "Save"
  textbox "Search"`)
    const failing = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        ({ code, message }) => `${code}: ${message}`,
      )
    expect(await failing(app.getByRole('button', { name: 'Sub' }).click())).toMatch(
      /^timeout: .*there is none[^]*heading/,
    )
    expect(await failing(app.getByRole('button').click())).toMatch(/there are 3: button “Add”/)
    expect(await failing(app.getByLabel('Kind').select('Third'))).toMatch(/no “Third”: First, Second/)
    expect(await failing(app.answerDialog(true))).toMatch(/^timeout: No dialog/)
  })

  it('that cannot run says why and where [A26]', async () => {
    const broken = write(
      'broken.oriel.ts',
      `import { show } from 'oriel'\nawait show('<p>Hi</p>')\nthrow new Error('no such column')\n`,
    )
    await expect(openScript(broken)).rejects.toMatchObject({
      code: 'script_failed',
      message: expect.stringContaining('broken.oriel.ts:3'),
    })
    await expect(openScript(path.join(folder, 'none.ts'))).rejects.toMatchObject({ code: 'script_missing' })
  })
})
