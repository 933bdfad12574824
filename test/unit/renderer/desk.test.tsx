// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { DeskDialog } from '../../../src/renderer/desk/DeskDialog.tsx'
import { followLeaving } from '../../../src/renderer/desk/leaving.ts'
import { followShortcuts } from '../../../src/renderer/desk/shortcuts.ts'
import { Shell } from '../../../src/renderer/shell/Shell.tsx'
import { ShellModel, needsShell } from '../../../src/renderer/shell/model.ts'
import type { DialogProps, DialogRequest, FolderListing } from '../../../src/shared/desk/dialogs.ts'
import { OrielError } from '../../../src/shared/errors.ts'
import { byText, doing, draw, fill, press } from '../../support/dom.ts'
import { FakeLink } from '../../support/fake-link.ts'

let link: FakeLink
let answers: unknown[]
let folders: (string | null)[]

const LISTING: FolderListing = {
  folder: '/data',
  parent: '/',
  more: 0,
  places: [{ name: 'Home', path: '/home/ada' }],
  entries: [
    { name: 'old', path: '/data/old', isFolder: true, size: 0, changedAt: 0 },
    ...['birds.csv', 'cars.csv', 'notes.txt'].map((name) => ({
      name,
      path: `/data/${name}`,
      isFolder: false,
      size: 1200,
      changedAt: 0,
    })),
  ],
}

beforeEach(() => {
  link = new FakeLink()
  answers = []
  folders = []
  link.answerCall = (method, params) => {
    const { answer, folder = null } = params as { answer?: unknown; folder?: string | null }
    if (method === 'dialog.answer') answers.push(answer)
    if (method !== 'dialog.list') return null
    folders.push(folder)
    if (folder === '/none') throw new OrielError('bad_value', 'There is no folder /none.')
    return { ...LISTING, folder: folder ?? '/data' }
  }
})

/** The dialog as it stands in a window. */
async function ask(request: DialogRequest, files: DialogProps['files'] = 'folders'): Promise<HTMLElement> {
  const place = draw(<DeskDialog dialog={{ id: 'd1', widgetId: 'main', request, files }} link={link} />)
  await doing(() => {})
  return place
}
const field = (place: HTMLElement) => place.querySelector('input')!
const shown = (place: HTMLElement) => [...place.querySelectorAll('.files-name')].map(({ textContent }) => textContent)

describe('a question', () => {
  it('is answered by its buttons and by Escape; what cannot be undone does not have the focus [A12]', async () => {
    const place = await ask({
      kind: 'confirm',
      title: 'Delete it?',
      text: '',
      ok: 'Delete',
      cancel: 'Keep',
      danger: true,
    })
    expect(place.querySelector('dialog')?.getAttribute('role')).toBe('alertdialog')
    expect(document.activeElement?.textContent).toBe('Keep')
    await doing(() => byText(place, 'Delete').click())
    await doing(() => place.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true })))
    expect(answers).toEqual([true, null])
  })

  it('for text gives what was entered, and stands when the answer is refused [A14]', async () => {
    const place = await ask({
      kind: 'prompt',
      title: 'Name',
      text: '',
      value: 'Ada',
      placeholder: '',
      ok: 'Rename',
      cancel: 'Cancel',
      multiline: false,
    })
    expect([field(place).value, field(place) === document.activeElement]).toEqual(['Ada', true])
    await fill(field(place), 'Grace')
    link.answerCall = () => {
      throw new OrielError('bad_value', 'That name is taken.')
    }
    await doing(() => place.querySelector('form')!.requestSubmit())
    expect(place.querySelector('[role=alert]')?.textContent).toBe('That name is taken.')
  })
})

describe('the folders of this computer', () => {
  const open = { kind: 'openFile', title: 'Open', extensions: ['csv'], multiple: false, folder: null } as const

  it('are filtered by typing and gone through with the keyboard [A16]', async () => {
    const place = await ask({ ...open, extensions: ['csv'] })
    expect(shown(place)).toEqual(['old', 'birds.csv', 'cars.csv'])
    await fill(field(place), 'car')
    expect(shown(place)).toEqual(['cars.csv'])
    await press('Enter')
    expect(answers).toEqual(['/data/cars.csv'])

    await fill(field(place), '')
    await press('ArrowDown')
    expect(field(place).getAttribute('aria-activedescendant')).toBe(place.querySelector('[data-active]')?.id)
    await press('Enter')
    await press('Backspace')
    await fill(field(place), '/somewhere')
    await press('Enter')
    await fill(field(place), '/none')
    await press('Enter')
    expect(folders).toEqual([null, '/data/old', '/', '/somewhere', '/none'])
    // What is no folder may be a file.
    expect(answers).toEqual(['/data/cars.csv', '/none'])
  })

  it('let several be chosen, a folder be chosen, and a name be given, which replaces nothing unasked [A16]', async () => {
    const many = await ask({ ...open, extensions: [], multiple: true })
    for (const name of ['birds.csv', 'notes.txt']) await doing(() => byText(many, name, '.files-name').click())
    await doing(() => byText(many, 'Open 2 files').click())
    const folder = await ask({ kind: 'openFolder', title: 'Choose', folder: null })
    expect(shown(folder)).toEqual(['old'])
    await doing(() => byText(folder, 'Choose this folder').click())
    const save = await ask({ kind: 'saveFile', title: 'Save', name: 'cars', extensions: ['csv'], folder: null })
    await press('Enter')
    expect(save.querySelector('.files-replace')?.textContent).toContain('cars.csv is there already')
    await doing(() => byText(save, 'Keep it').click())
    await fill(field(save), 'ships')
    await press('Enter')
    await fill(field(save), 'cars')
    await doing(() => byText(save, 'Save').click())
    await doing(() => byText(save, 'Replace').click())
    expect(answers).toEqual([['/data/birds.csv', '/data/notes.txt'], '/data', '/data/ships.csv', '/data/cars.csv'])
  })
})

it('a visitor sends files of their own [A17]', async () => {
  const request = { kind: 'openFile', title: 'Open', extensions: ['csv'], multiple: false, folder: null } as const
  const place = await ask({ ...request, extensions: ['csv'] }, 'upload')
  const files = [new File(['a,b'], 'x.csv'), new File(['no'], 'x.exe')]
  const list = Object.assign(Object.create(FileList.prototype) as FileList, {
    [Symbol.iterator]: () => files[Symbol.iterator](),
  })
  Object.defineProperty(field(place), 'files', { value: list })
  await doing(() => field(place).dispatchEvent(new Event('change', { bubbles: true })))
  await doing(() => byText(place, 'Send').click())
  await expect.poll(() => answers).toHaveLength(1)
  const [sent] = answers as { name: string; bytes: Uint8Array }[][]
  expect(sent?.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([['x.csv', 'a,b']])
  expect(folders).toEqual([])
})

describe('the shell', () => {
  it('draws what the script asks and shows, of this window alone; menus by keyboard, a task with its button [A13, A20, A21]', async () => {
    const model = new ShellModel(null, 'main')
    model.set({ connection: 'open' })
    model.follow(link.document)
    const place = draw(<Shell model={model} link={link} coversScript={false} />)
    expect(needsShell(model.state)).toBe(false)
    const bar = { label: 'Copying', detail: 'one.csv', fraction: 0.427, canCancel: true }
    const entry = { kind: 'command', shortcut: 'Mod+S', isChecked: null }
    await doing(() => {
      link.document.put('progress:p1', 'progress', { id: 'p1', widgetId: 'main', ...bar })
      link.document.put('progress:p2', 'progress', { id: 'p2', widgetId: 'other', ...bar })
      link.document.put('commands', 'commands', {
        widgetId: null,
        shortcuts: [],
        menus: [
          {
            label: 'File',
            entries: [
              { ...entry, id: 'c1', label: 'Save', isEnabled: true },
              { ...entry, id: 'c2', label: 'Print', isEnabled: false },
            ],
          },
        ],
      })
      link.document.put('dialog:d1', 'dialog', {
        id: 'd1',
        widgetId: 'other',
        request: { kind: 'message', title: 'Not here', text: '', level: 'info', ok: 'OK' },
        files: 'folders',
      })
    })
    expect(needsShell(model.state)).toBe(true)
    expect(place.querySelectorAll('progress')).toHaveLength(1)
    expect(place.textContent).toContain('42 %')
    expect(place.textContent).not.toContain('Not here')
    await doing(() => byText(place, 'Cancel').click())
    byText(place, 'File').focus()
    await press('ArrowDown')
    await press('ArrowDown')
    expect(document.activeElement?.textContent).toContain('Save')
    await doing(() => (document.activeElement as HTMLElement).click())
    followShortcuts(
      model,
      (id) => link.call('command.run', { id }),
      () => {},
    )
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 's', ctrlKey: true }))
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 's' }))
    expect(link.calls).toEqual([
      { method: 'task.cancel', params: { id: 'p1' } },
      { method: 'command.run', params: { id: 'c1' } },
      { method: 'command.run', params: { id: 'c1' } },
    ])
  })

  it('tells whether the button of a toast was pressed [A18]', async () => {
    const model = new ShellModel()
    const place = draw(<Shell model={model} link={link} coversScript={false} />)
    const saying = (text: string) => model.say({ text, level: 'success', action: 'Undo', durationMs: null })
    let said: Promise<boolean>[] = []
    await doing(() => void (said = [saying('Deleted'), saying('Moved')]))
    await doing(() => byText(place, 'Undo').click())
    await doing(() => byText(place, 'Dismiss').click())
    expect(await Promise.all(said)).toEqual([true, false])
  })
})

it('a browser asks before a page is left while something is unsaved, then the script does [A22]', async () => {
  let asked = 0
  const stop = followLeaving(link.document, 'main', async () => void asked++)
  const leave = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(leave()).toBe(false)
  link.document.put('leaving:main', 'leaving', { widgetId: 'main', isUnsaved: true, asksScript: false })
  expect(leave()).toBe(true)
  await expect.poll(() => asked).toBe(1)
  stop()
})
