import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createComputerFiles } from '../../../../src/main/files/computer.ts'
import { createVisitorFiles } from '../../../../src/main/files/visitor.ts'
import { clipboard } from '../../../../src/sdk/desk/clipboard.ts'
import { dialog } from '../../../../src/sdk/desk/dialog.ts'
import { download } from '../../../../src/sdk/desk/download.ts'
import { onClose, unsavedChanges } from '../../../../src/sdk/desk/leaving.ts'
import { menu, shortcut } from '../../../../src/sdk/desk/menu.ts'
import { notify } from '../../../../src/sdk/desk/notify.ts'
import { openExternal } from '../../../../src/sdk/desk/open-external.ts'
import { progress } from '../../../../src/sdk/desk/progress.ts'
import { task } from '../../../../src/sdk/desk/task.ts'
import { theme } from '../../../../src/sdk/desk/theme.ts'
import { toast } from '../../../../src/sdk/desk/toast.ts'
import { DESK_EVENT } from '../../../../src/shared/desk/asks.ts'
import type { CommandsProps } from '../../../../src/shared/desk/commands.ts'
import type { DialogRequest } from '../../../../src/shared/desk/dialogs.ts'
import type { ProgressProps } from '../../../../src/shared/desk/progress.ts'
import type { Value } from '../../../../src/shared/value.ts'
import { DeskBench } from '../../../support/desk-bench.ts'
import type { HarnessClient } from '../../../support/room-harness.ts'

/** What a page is asked to do, answered by `answer`. */
function page({ session }: HarnessClient, answer: (ask: Value) => unknown = () => null): Value[] {
  const asked: Value[] = []
  session.onEvent(({ type, data }) => {
    if (type !== DESK_EVENT) return null
    asked.push(data)
    return answer(data)
  })
  return asked
}

const propsOf = <T>({ session }: HarnessClient, type: string): T[] =>
  [...session.document.records()].filter((record) => record.type === type).map(({ props }) => props as unknown as T)

describe('dialogs', () => {
  it('stand in the window whose event is handled, else in the newest, and resolve to the answer [A11, A12]', async () => {
    const bench = await DeskBench.start()
    const newest = bench.run(() => dialog.confirm('Really?', { ok: 'Delete', danger: true }))
    const own = bench.run(() => dialog.prompt('Name', { value: 'Ada' }), 'one')
    await expect
      .poll(() => bench.asked(bench.one)?.request)
      .toMatchObject({ kind: 'prompt', title: 'Name', value: 'Ada' })
    expect(bench.asked(bench.two)?.request).toMatchObject({ kind: 'confirm', ok: 'Delete', danger: true })
    await bench.answer(bench.one, 'Grace')
    await bench.answer(bench.two, true)
    expect([await own, await newest]).toEqual(['Grace', true])
    await expect.poll(() => bench.asked(bench.one)).toBeNull()
    const cancelled = bench.run(() => dialog.confirm('Really?'))
    await expect.poll(() => bench.asked(bench.two)).not.toBeNull()
    await bench.answer(bench.two, null)
    expect(await cancelled).toBe(false)
  })

  it('of one window come one after the other, and one that is taken back makes room [A12]', async () => {
    const bench = await DeskBench.start()
    const stop = new AbortController()
    const first = bench.run(() => dialog.confirm('First?', { signal: stop.signal }))
    const second = bench.run(() => dialog.message('Second'))
    await expect.poll(() => bench.asked(bench.two)?.request.title).toBe('First?')
    expect(propsOf(bench.two, 'dialog')).toHaveLength(1)
    stop.abort()
    expect(await first).toBe(false)
    await expect.poll(() => bench.asked(bench.two)?.request.title).toBe('Second')
    await bench.answer(bench.two, true)
    await second
  })

  it('are cancelled when their window closes, those that wait behind them too, and when the script goes [A13]', async () => {
    const bench = await DeskBench.start()
    const answers = bench.run(() => [dialog.prompt('A'), dialog.openFile(), dialog.confirm('B')])
    await expect.poll(() => bench.asked(bench.two)).not.toBeNull()
    bench.desk.dialogs.onWindowClosed('two')
    expect(await Promise.all(answers)).toEqual([null, null, false])
    const lost = bench.run(() => dialog.prompt('C'))
    const bar = bench.run(() => progress('Copying'))
    bar.report(0.5)
    await expect.poll(() => [bench.asked(bench.two) !== null, propsOf(bench.two, 'progress').length]).toEqual([true, 1])
    lost.catch(() => {})
    await bench.script.session.close()
    bench.rooms.room.removePeer(bench.script.peer, new Error('gone') as never)
    await expect.poll(() => [bench.asked(bench.two), propsOf(bench.two, 'progress').length]).toEqual([null, 0])
  })

  it('take answers only to what was asked, in the window it was asked in, of the kind it was asked for [A14]', async () => {
    const bench = await DeskBench.start()
    const asked = bench.run(() => dialog.confirm('Really?'))
    await expect.poll(() => bench.asked(bench.two)).not.toBeNull()
    const { id } = bench.asked(bench.two)!
    const call = (client: HarnessClient, params: object) =>
      client.session.call('dialog.answer', params as { id: string; answer: Value })
    await expect(call(bench.one, { id, answer: true })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(call(bench.two, { id: 'guessed', answer: true })).rejects.toMatchObject({ code: 'not_allowed' })
    for (const answer of ['yes', 1, ['a'], { ok: true }])
      await expect(call(bench.two, { id, answer })).rejects.toMatchObject({ code: 'bad_value' })
    for (const params of [null, 'x', {}, { id: 5 }])
      await expect(call(bench.two, params as object)).rejects.toMatchObject({ code: 'bad_value' })
    await expect(bench.two.session.call('dialog.list', { id, folder: '/' })).rejects.toMatchObject({
      code: 'not_allowed',
    })
    await call(bench.two, { id, answer: true })
    expect(await asked).toBe(true)
    await expect(call(bench.two, { id, answer: true })).rejects.toMatchObject({ code: 'not_allowed' })
  })

  it('refuse what makes no sense, and say that there is no window [A11]', async () => {
    const bench = await DeskBench.start()
    const bad = [
      () => dialog.message(5 as never),
      () => dialog.confirm('x', { okay: 'y' } as never),
      () => dialog.openFile({ extensions: 'csv' as never }),
      () => dialog.saveFile({ data: {} as never }),
      () => toast('x', { level: 'loud' as never }),
      () => download('../x', 'y'),
      () => task('x' as never),
    ]
    for (const call of bad) await expect(bench.run(call)).rejects.toMatchObject({ code: 'bad_value' })
    expect(() => bench.run(() => menu([{ label: 'File', entries: [{ label: 'Open' } as never] }]))).toThrow(/onClick/)
    expect(() => bench.run(() => shortcut('Mod+', () => {}))).toThrow(/keys/)
    await expect(dialog.message('x')).rejects.toMatchObject({ code: 'no_session' })
    bench.open = []
    await expect(bench.run(() => toast('x'))).rejects.toMatchObject({ code: 'window_closed' })
  })

  it('of the host are asked there, with the same answers [A15]', async () => {
    const asked: DialogRequest[] = []
    const answers = [true, '/data/a.csv', null] as const
    const bench = await DeskBench.start({
      host: {
        capabilities: {
          canMove: true,
          canFocus: true,
          canMinimize: true,
          paints: true,
          visible: true,
          dialogs: ['confirm', 'openFile'],
        },
      },
      window: { dialog: async (request) => answers[asked.push(request) - 1] ?? null },
    })
    expect(await bench.run(() => dialog.confirm('Really?'))).toBe(true)
    expect(await bench.run(() => dialog.openFile({ extensions: ['.CSV'] }))).toBe('/data/a.csv')
    expect(await bench.run(() => dialog.openFile())).toBeNull()
    expect(asked[1]).toMatchObject({ kind: 'openFile', extensions: ['csv'] })
    const inPage = bench.run(() => dialog.prompt('Name'))
    await expect.poll(() => bench.asked(bench.two)?.request.kind).toBe('prompt')
    await bench.answer(bench.two, 'x')
    expect(await inPage).toBe('x')
  })
})

describe('files of this computer', () => {
  it('are listed for the dialog that asks, and chosen by path [A16]', async () => {
    const bench = await DeskBench.start()
    mkdirSync(path.join(bench.folder, 'more'))
    for (const name of ['b.csv', 'a.CSV', 'c.txt', '.hidden.csv']) writeFileSync(path.join(bench.folder, name), 'x')
    const asked = bench.run(() => dialog.openFile({ extensions: ['csv'], multiple: true }))
    await expect.poll(() => bench.asked(bench.two)).not.toBeNull()
    const { id } = bench.asked(bench.two)!
    const listing = await bench.two.session.call('dialog.list', { id, folder: null })
    expect(listing).toMatchObject({ folder: bench.folder, parent: path.dirname(bench.folder), more: 0 })
    expect(listing.entries.map(({ name, isFolder }) => [name, isFolder])).toEqual([
      ['more', true],
      ['a.CSV', false],
      ['b.csv', false],
      ['c.txt', false],
    ])
    for (const folder of [path.join(bench.folder, 'none'), path.join(bench.folder, 'b.csv'), 'relative', '/a\0b'])
      await expect(bench.two.session.call('dialog.list', { id, folder })).rejects.toMatchObject({ code: 'bad_value' })
    const wrong = [['c.txt'], ['none.csv'], ['more'], []].map((names) =>
      names.map((name) => path.join(bench.folder, name)),
    )
    for (const answer of [...wrong, 'a.CSV', 7, [7]])
      await expect(bench.answer(bench.two, answer as Value)).rejects.toMatchObject({ code: 'bad_value' })
    const chosen = ['d.csv', 'e.csv'].map((name) => path.join(bench.folder, 'more', name))
    for (const file of chosen) writeFileSync(file, 'x')
    await bench.answer(bench.two, chosen)
    expect(await asked).toEqual(chosen)
    const again = createComputerFiles({ memory: path.join(bench.folder, 'last'), begin: bench.folder })
    expect((await again.list(null)).folder).toBe(path.join(bench.folder, 'more'))
  })

  it('are saved whole, to a folder that is there; a folder is chosen as such [A16]', async () => {
    const bench = await DeskBench.start()
    const saved = bench.run(() => dialog.saveFile({ name: 'notes.txt', data: 'Hello' }))
    await expect.poll(() => bench.asked(bench.two)?.request).toMatchObject({ kind: 'saveFile', name: 'notes.txt' })
    await expect(bench.answer(bench.two, bench.folder)).rejects.toMatchObject({ code: 'bad_value' })
    await expect(bench.answer(bench.two, path.join(bench.folder, 'no/notes.txt'))).rejects.toThrow(/no folder/)
    const file = path.join(bench.folder, 'notes.txt')
    await bench.answer(bench.two, file)
    expect([await saved, readFileSync(file, 'utf8')]).toEqual([file, 'Hello'])
    const folder = bench.run(() => dialog.openFolder())
    await expect.poll(() => bench.asked(bench.two)?.request.kind).toBe('openFolder')
    await expect(bench.answer(bench.two, file)).rejects.toMatchObject({ code: 'bad_value' })
    await bench.answer(bench.two, bench.folder)
    expect(await folder).toBe(bench.folder)
  })
})

describe('files of a visitor', () => {
  it('are sent, kept until the session ends, and lead nowhere else; the server’s disk is never shown [A17]', async () => {
    const bench = await DeskBench.start({ files: () => createVisitorFiles({ maxSessionBytes: 20 }) })
    const asked = bench.run(() => dialog.openFile({ extensions: ['csv'] }))
    await expect.poll(() => bench.asked(bench.two)?.files).toBe('upload')
    const { id } = bench.asked(bench.two)!
    for (const folder of [null, '/', '/etc'])
      await expect(bench.two.session.call('dialog.list', { id, folder })).rejects.toMatchObject({
        code: 'not_supported',
      })
    const bytes = new TextEncoder().encode('a,b\n')
    const wrong = ['/etc/passwd', ['/etc/x.csv'], [{ name: 'x.csv' }], [{ name: 'x.exe', bytes }], []]
    for (const answer of wrong)
      await expect(bench.answer(bench.two, answer)).rejects.toMatchObject({ code: 'bad_value' })
    await expect(bench.answer(bench.two, [{ name: 'x.csv', bytes: new Uint8Array(21) }])).rejects.toMatchObject({
      code: 'too_large',
    })
    await bench.answer(bench.two, [{ name: '../../../etc/..a\u0000:.csv', bytes }])
    const file = (await asked)!
    expect(path.basename(file)).toBe('a__.csv')
    expect(readFileSync(file, 'utf8')).toBe('a,b\n')
    await bench.desk.close()
    expect(() => readFileSync(file)).toThrow(/ENOENT/)
  })

  it('are saved as downloads; a folder, or a file to be saved later, is refused with what to do [A17]', async () => {
    const bench = await DeskBench.start({ files: () => createVisitorFiles() })
    const asked = page(bench.two)
    await expect(bench.run(() => dialog.openFolder())).rejects.toThrow(/multiple/)
    await expect(bench.run(() => dialog.saveFile({ name: 'x.csv' }))).rejects.toMatchObject({ code: 'not_supported' })
    expect(await bench.run(() => dialog.saveFile({ name: 'x.csv', data: 'a' }))).toBe('x.csv')
    expect(asked).toEqual([{ what: 'download', name: 'x.csv', type: 'text/csv', bytes: new Uint8Array([97]) }])
  })
})

describe('what is said and done in passing', () => {
  it('a toast reaches the window, and tells whether its button was pressed [A18]', async () => {
    const bench = await DeskBench.start()
    const asked = page(bench.one, () => true)
    expect(await bench.run(() => toast('Saved', { level: 'success' }), 'one')).toBe(false)
    expect(await bench.run(() => toast('Deleted', { action: 'Undo' }), 'one')).toBe(true)
    expect(asked).toMatchObject([
      { what: 'toast', toast: { text: 'Saved', level: 'success', action: null } },
      { what: 'toast', toast: { text: 'Deleted', action: 'Undo' } },
    ])
  })

  it('notifications and the clipboard are the host’s where it has them, else the page’s [A19]', async () => {
    const told: object[] = []
    let copied = ''
    const host = {
      notify: async (notification: object) => void told.push(notification),
      writeClipboard: async (text: string) => void (copied = text),
      readClipboard: async () => copied,
    }
    const native = await DeskBench.start({ host })
    await native.run(() => notify('Done', { body: '3 files' }))
    await native.run(() => clipboard.writeText('text'))
    expect([told, await native.run(() => clipboard.readText())]).toEqual([[{ title: 'Done', body: '3 files' }], 'text'])

    const bench = await DeskBench.start()
    const asked = page(bench.two, (ask) => ((ask as { what: string }).what === 'paste' ? 'pasted' : null))
    await bench.run(() => notify('Done'))
    await bench.run(() => clipboard.writeText('text'))
    expect(await bench.run(() => clipboard.readText())).toBe('pasted')
    expect(asked.map((ask) => (ask as { what: string }).what)).toEqual(['notify', 'copy', 'paste'])
  })

  it('addresses are opened outside, http, https and mailto alone [A19]', async () => {
    const bench = await DeskBench.start()
    await bench.run(() => openExternal('https://example.org/a'))
    await expect(bench.run(() => openExternal('file:///etc/passwd'))).rejects.toMatchObject({ code: 'bad_value' })
    expect(bench.opened).toEqual(['https://example.org/a'])
  })

  it('the theme of all windows changes at once [A19]', async () => {
    const bench = await DeskBench.start()
    const { document } = bench.script.session
    document.transact((tx) => {
      for (const id of ['a', 'b']) tx.put({ id, type: 'widget', scope: 'view', props: { theme: 'system' } })
    })
    bench.run(() => theme.set('dark'))
    expect([bench.run(() => theme.get()), document.get('a')?.props.theme]).toEqual(['dark', 'dark'])
  })
})

describe('long work', () => {
  it('shows a bar once it has taken a moment, with what it reports, and says what came of it [A20]', async () => {
    const bench = await DeskBench.start()
    const asked = page(bench.one)
    const go = Promise.withResolvers<void>()
    const work = bench.run(
      () =>
        task(
          async (_signal, report) => {
            report({ fraction: 0.25, detail: 'first file' })
            await go.promise
            return 7
          },
          { label: 'Copying', done: (result) => `${result} copied` },
        ),
      'one',
    )
    await expect
      .poll(() => propsOf<ProgressProps>(bench.one, 'progress'))
      .toMatchObject([{ widgetId: 'one', label: 'Copying', detail: 'first file', fraction: 0.25, canCancel: true }])
    go.resolve()
    expect(await work).toBe(7)
    await expect.poll(() => propsOf(bench.one, 'progress')).toEqual([])
    await expect.poll(() => asked).toMatchObject([{ toast: { text: '7 copied', level: 'success' } }])
  })

  it('is cancelled by the person in its window, at once, and by nobody else [A20]', async () => {
    const bench = await DeskBench.start()
    const asked = page(bench.two)
    let aborted = false
    const work = bench.run(() =>
      task((signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))), {
        label: 'Copying…',
      }),
    )
    work.catch(() => {})
    await expect.poll(() => propsOf(bench.two, 'progress')).toHaveLength(1)
    const [{ id } = { id: '' }] = propsOf<ProgressProps>(bench.two, 'progress')
    await expect(bench.one.session.call('task.cancel', { id })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(bench.two.session.call('task.cancel', { id: 'x' })).rejects.toMatchObject({ code: 'not_allowed' })
    await bench.two.session.call('task.cancel', { id })
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(aborted).toBe(true)
    await expect.poll(() => asked).toMatchObject([{ toast: { text: 'Copying was cancelled.' } }])
  })

  it('says what went wrong, and rejects with it; quick work shows nothing [A20]', async () => {
    const bench = await DeskBench.start()
    const asked = page(bench.two)
    expect(await bench.run(() => task(() => 1))).toBe(1)
    await expect(
      bench.run(() => task(() => Promise.reject(new Error('disk full')), { label: 'Copying' })),
    ).rejects.toThrow('disk full')
    await expect.poll(() => asked).toMatchObject([{ toast: { text: 'Copying failed: disk full', level: 'error' } }])
  })
})

describe('commands', () => {
  it('of menus and keys run in the script, with the window they were chosen in, and only those that are there [A21]', async () => {
    const bench = await DeskBench.start()
    const done: unknown[] = []
    const { session } = await import('../../../../src/sdk/context.ts')
    const note = (what: string) => () => void done.push([what, session.get('widgetId')])
    bench.run(() =>
      menu([
        {
          label: 'File',
          entries: [
            { label: 'Save', shortcut: 'Mod+S', onClick: note('save') },
            'separator',
            { label: 'Print', enabled: false, onClick: note('print') },
          ],
        },
      ]),
    )
    const remove = bench.run(() => shortcut('F5', note('again')))
    await expect.poll(() => propsOf<CommandsProps>(bench.one, 'commands')[0]?.shortcuts).toHaveLength(1)
    const [commands] = propsOf<CommandsProps>(bench.one, 'commands')
    const ids = commands!.menus[0]!.entries.map((entry) => (entry.kind === 'command' ? entry.id : ''))
    const key = commands!.shortcuts[0]!.id
    await bench.one.session.call('command.run', { id: ids[0]! })
    await bench.two.session.call('command.run', { id: key })
    for (const id of [ids[2]!, 'c99'])
      await expect(bench.one.session.call('command.run', { id })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(done).toEqual([
      ['save', 'one'],
      ['again', 'two'],
    ])
    remove()
    await expect.poll(() => propsOf<CommandsProps>(bench.one, 'commands')[0]?.shortcuts).toEqual([])
    await expect(bench.two.session.call('command.run', { id: key })).rejects.toMatchObject({ code: 'not_allowed' })
  })
})

describe('closing a window', () => {
  it('asks the script, which may ask the person; without handlers unsaved changes are asked about [A22]', async () => {
    const bench = await DeskBench.start()
    expect(await bench.desk.mayClose('one')).toBe(true)
    bench.run(() => unsavedChanges(true), 'one')
    await expect.poll(() => propsOf(bench.one, 'leaving')).toHaveLength(1)
    expect(await bench.desk.mayClose('two')).toBe(true)
    const asked = bench.desk.mayClose('one')
    await expect.poll(() => bench.asked(bench.one)?.request).toMatchObject({ kind: 'confirm', danger: true })
    await bench.answer(bench.one, null)
    expect(await asked).toBe(false)

    const remove = bench.run(() => onClose(({ widgetId }) => dialog.confirm(`Close ${widgetId}?`)))
    await expect.poll(() => propsOf(bench.one, 'leaving')).toHaveLength(2)
    const left = bench.one.session.call('leaving.ask', null)
    await expect.poll(() => bench.asked(bench.one)?.request.title).toBe('Close one?')
    await bench.answer(bench.one, true)
    await left
    expect(bench.closed).toEqual(['one'])
    remove()
    bench.run(() => unsavedChanges(false), 'one')
    await expect.poll(() => propsOf(bench.one, 'leaving')).toEqual([])
    expect(await bench.desk.mayClose('one')).toBe(true)
  })

  it('is not kept from happening by a handler that fails [A22]', async () => {
    const bench = await DeskBench.start()
    bench.run(() =>
      onClose(() => {
        throw new Error('broken')
      }),
    )
    await expect.poll(() => propsOf(bench.one, 'leaving')).not.toEqual([])
    expect(await bench.desk.mayClose('one')).toBe(true)
    expect(bench.problems).toHaveLength(1)
  })
})

describe('what was typed and not sent', () => {
  it('is kept with the session for its own window, within bounds, until there is nothing more of it [A23, A24]', async () => {
    const bench = await DeskBench.start()
    const { journal } = bench.rooms.room
    const keep = (fields: unknown) => bench.one.session.call('typed.keep', { fields: fields as Value })
    const fields = [{ key: 'save/title', base: '', value: 'Half' }]
    await keep(fields)
    expect(journal.state.get('typed:one')).toMatchObject({ scope: 'state', props: { widgetId: 'one', fields } })
    const bad = ['x', [1], [{ key: 'a', base: '', value: 1 }], null]
    for (const wrong of bad) await expect(keep(wrong)).rejects.toMatchObject({ code: 'bad_value' })
    const much = [{ key: 'a', base: '', value: 'x'.repeat(60_000) }]
    for (const tooMuch of [much, Array.from({ length: 101 }, () => fields[0])])
      await expect(keep(tooMuch)).rejects.toMatchObject({ code: 'too_large' })
    expect(journal.state.get('typed:one')).toBeDefined()
    await keep([])
    expect(journal.state.get('typed:one')).toBeUndefined()
  })
})
