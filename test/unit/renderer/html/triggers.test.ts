// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Value } from '../../../../src/shared/value.ts'
import { morphInside } from '../../../../src/renderer/html/morph.ts'
import { parseInside } from '../../../../src/renderer/html/parse.ts'
import { Predictions } from '../../../../src/renderer/html/predictions.ts'
import { Triggers } from '../../../../src/renderer/html/triggers.ts'
import type { TriggerOptions } from '../../../../src/renderer/html/triggers.ts'
import { Uploads } from '../../../../src/renderer/html/uploads.ts'
import type { UploadProgress } from '../../../../src/renderer/html/uploads.ts'
import { UPLOAD_PIECE_BYTES } from '../../../../src/shared/upload.ts'

const send = vi.fn<(type: string, data: Value) => Promise<unknown>>()
const within = vi.fn<(component: string | null) => void>()
const confirm = vi.fn<(question: string) => Promise<boolean>>()
const sendPiece = vi.fn<(piece: Value) => Promise<unknown>>()
const onProgress = vi.fn<(id: number, progress: UploadProgress | null) => void>()
const onError = vi.fn()
let predictions: Predictions
let triggers: Triggers
let stop: () => void

const show = (html: string) => (document.body.innerHTML = html)
const find = (selector: string) => document.querySelector<HTMLInputElement>(selector)!
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
const fire = async (selector: string, event: Event) => {
  find(selector).dispatchEvent(event)
  await settle()
}
const type = (selector: string, value: string, kind = 'input') => {
  find(selector).value = value
  return fire(selector, new Event(kind, { bubbles: true }))
}
const submit = (selector: string, submitter: HTMLElement | null = null) =>
  fire(selector, new SubmitEvent('submit', { bubbles: true, cancelable: true, submitter }))

beforeEach(() => {
  vi.useFakeTimers()
  send.mockReset().mockResolvedValue(null)
  onError.mockReset()
  within.mockReset()
  confirm.mockReset().mockResolvedValue(true)
  sendPiece.mockReset().mockResolvedValue(null)
  onProgress.mockReset()
  predictions = new Predictions()
  const options: TriggerOptions = {
    send: (event, data, component) => {
      within(component)
      return send(event, data)
    },
    confirm,
    predictions,
    uploads: new Uploads({ send: sendPiece, onProgress }),
    onError,
  }
  triggers = new Triggers(options)
  stop = triggers.listen(document)
})
afterEach(() => {
  stop()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('data-event', () => {
  it('sends its payload when it or something in it is clicked', async () => {
    show(`<button data-event="add" data-payload='{"by":2}'><b>Add</b></button><p data-event="p">x</p>`)
    document.querySelector<HTMLElement>('b')!.click()
    document.querySelector<HTMLElement>('p')!.click()
    await settle()
    expect(send.mock.calls).toEqual([
      ['add', { by: 2 }],
      ['p', {}],
    ])
  })

  it('sends a payload that is no JSON as text, and says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    show('<button data-event="add" data-payload="two">Add</button>')
    document.querySelector<HTMLElement>('button')!.click()
    await settle()
    expect(send).toHaveBeenCalledWith('add', 'two')
    expect(warn).toHaveBeenCalledOnce()
  })

  it('sends nothing for a disabled button', async () => {
    show('<fieldset disabled><button data-event="add"><b>Add</b></button></fieldset>')
    await fire('b', new MouseEvent('click', { bubbles: true }))
    expect(send).not.toHaveBeenCalled()
  })

  it('works in content that was drawn later', async () => {
    show('')
    document.body.insertAdjacentHTML('beforeend', '<button data-event="late">x</button>')
    document.querySelector<HTMLElement>('button')!.click()
    await settle()
    expect(send).toHaveBeenCalledWith('late', {})
  })

  it('sends a field’s value on change', async () => {
    show(`<input name="age" data-event="age" data-payload='{"row":3}'>`)
    await type('input', '4')
    expect(send).not.toHaveBeenCalled()
    await type('input', '41', 'change')
    expect(send).toHaveBeenCalledWith('age', { row: 3, value: '41', name: 'age' })
  })

  it('sends whether a box is ticked, and all that is chosen', async () => {
    show(
      `<input type="checkbox" data-event="tick" value="v"><select multiple data-event="pick"><option selected>a</option><option selected>b</option></select>`,
    )
    find('input').click()
    await fire('select', new Event('change', { bubbles: true }))
    expect(send.mock.calls).toEqual([
      ['tick', { value: 'v', checked: true }],
      ['pick', { value: ['a', 'b'] }],
    ])
  })

  it('sends on the events that data-on names', async () => {
    show('<input data-event="look" data-on="focus keydown"><div data-event="in" data-on="mouseenter"><b>x</b></div>')
    find('input').focus()
    await fire('input', new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', ctrlKey: true, bubbles: true }))
    await fire('b', new MouseEvent('mouseenter', { bubbles: false }))
    expect(send.mock.calls).toEqual([
      ['look', { value: '' }],
      ['look', { key: 'Enter', code: 'Enter', alt: false, ctrl: true, meta: false, shift: false, value: '' }],
    ])
  })
})

describe('a form', () => {
  it('sends its fields by name, and does not leave the page', async () => {
    show(`<form data-event="save" data-payload='{"id":7}'>
      <input name="title" value="x"><input name="tag" type="checkbox" value="a" checked><input name="tag" type="checkbox" value="b">
      <input name="agree" type="checkbox"><input name="size" type="radio" value="s" checked><input name="size" type="radio" value="m">
      <select name="many" multiple><option selected>1</option></select><textarea name="note">n</textarea>
      <input name="off" disabled value="1"><button name="how" value="now">Save</button></form>`)
    const event = new SubmitEvent('submit', {
      bubbles: true,
      cancelable: true,
      submitter: document.querySelector<HTMLElement>('button')!,
    })
    await fire('form', event)
    expect(event.defaultPrevented).toBe(true)
    expect(send).toHaveBeenCalledWith('save', {
      id: 7,
      title: 'x',
      tag: ['a'],
      agree: false,
      size: 's',
      many: ['1'],
      note: 'n',
      how: 'now',
    })
  })

  it('does not leave the page where nobody takes it', async () => {
    show('<form><input name="a"></form>')
    const event = new SubmitEvent('submit', { bubbles: true, cancelable: true })
    await fire('form', event)
    expect(event.defaultPrevented).toBe(true)
    expect(send).not.toHaveBeenCalled()
  })

  it('is emptied after a good answer if it says so', async () => {
    show('<form data-event="say" data-reset><input name="text"></form>')
    find('input').value = 'hello'
    send.mockRejectedValueOnce(new Error('no'))
    await submit('form')
    expect(find('input').value).toBe('hello')
    await submit('form')
    expect(find('input').value).toBe('')
  })
})

describe('data-debounce', () => {
  it('sends the last value once the person pauses', async () => {
    show('<input name="q" data-event="search" data-debounce="300">')
    await type('input', 'a')
    await vi.advanceTimersByTimeAsync(200)
    await type('input', 'ab')
    await vi.advanceTimersByTimeAsync(299)
    expect(send).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(send.mock.calls).toEqual([['search', { value: 'ab', name: 'q' }]])
  })

  it('sends what waits before the event that comes after it', async () => {
    show('<input data-event="search" data-debounce="300"><button data-event="go">Go</button>')
    await type('input', 'abc')
    document.querySelector<HTMLElement>('button')!.click()
    await settle()
    expect(send.mock.calls.map(([name]) => name)).toEqual(['search', 'go'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(send).toHaveBeenCalledTimes(2)
  })
})

describe('the order of events', () => {
  const names = () => send.mock.calls.map(([name]) => name)

  it('is that in which they happened, whichever field waits longer', async () => {
    show(`<input id="a" data-event="a" data-debounce="500"><input id="b" data-event="b" data-debounce="900">
      <input id="c" data-event="c" data-debounce="100"><input id="d" data-event="d" data-debounce="900">`)
    await type('#b', '1')
    await type('#a', '1')
    await type('#b', '12')
    await type('#c', '1')
    await type('#d', '1')
    await vi.advanceTimersByTimeAsync(100)
    expect(names()).toEqual(['a', 'b', 'c'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(names()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('holds for events that have no trigger too: what waits leaves before, at once where nothing waits [I3]', async () => {
    show('<input data-event="typed" data-debounce="300">')
    const click = () => triggers.sendAfter(() => send('clicked', null))
    void click()
    expect(names()).toEqual(['clicked'])
    await type('input', 'abc')
    void click()
    void triggers.sendAfter(() => send('again', null))
    await settle()
    expect(names()).toEqual(['clicked', 'typed', 'clicked', 'again'])
    expect(send.mock.calls[1]).toEqual(['typed', { value: 'abc' }])
  })

  it('holds while a file of an earlier event is read, and what fails to be sent holds up nobody [I3]', async () => {
    show('<form data-event="send"><input type="file" name="file"></form><button data-event="go">Go</button>')
    const read = Promise.withResolvers<ArrayBuffer>()
    const file = new File(['x'], 'x.txt')
    file.arrayBuffer = () => read.promise
    vi.spyOn(FormData.prototype, 'getAll').mockReturnValue([file])
    await submit('form')
    const failed = triggers.sendAfter(() => Promise.reject(new Error('no')))
    const asked = triggers.sendAfter(() => send('clicked', null))
    document.querySelector<HTMLElement>('button')!.click()
    await settle()
    expect(names()).toEqual([])
    read.resolve(new ArrayBuffer(1))
    await expect(failed).rejects.toThrow('no')
    await asked
    await settle()
    expect(names()).toEqual(['send', 'clicked', 'go'])
  })
})

describe('while an event is pending', () => {
  it('marks the trigger until the last answer', async () => {
    const answers: (() => void)[] = []
    send.mockImplementation(() => new Promise((resolve) => answers.push(() => resolve(null))))
    show('<button data-event="add">Add</button>')
    const button = document.querySelector<HTMLButtonElement>('button')!
    button.click()
    expect(button.hasAttribute('data-loading')).toBe(false)
    await expect.poll(() => button.hasAttribute('data-loading')).toBe(true)
    button.click()
    await settle()
    answers[0]?.()
    await settle()
    expect(button.hasAttribute('data-loading')).toBe(true)
    answers[1]?.()
    await settle()
    expect(button.hasAttribute('data-loading')).toBe(false)
  })

  it('passes the error on and takes the mark off', async () => {
    const error = new Error('handler failed')
    send.mockRejectedValue(error)
    show('<button data-event="add">Add</button>')
    document.querySelector<HTMLElement>('button')!.click()
    await settle()
    expect(onError).toHaveBeenCalledWith(error)
    expect(find('button').hasAttribute('data-loading')).toBe(false)
  })
})

describe('keys', () => {
  const press = async (selector: string, key: string, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
    await fire(selector, event)
    return event.defaultPrevented
  }

  it('are told apart by name and modifiers, and are the trigger’s alone [E19]', async () => {
    show(`<section data-event="save" data-on="keydown.ctrl.s"><input data-event="go" data-on="keydown.enter keydown.esc"></section>
      <div tabindex="0" data-event="help" data-on="keydown.?"></div>`)
    expect(await press('input', 'a')).toBe(false)
    expect(await press('input', 'Enter', { ctrlKey: true })).toBe(false)
    expect(await press('input', 'Enter', { isComposing: true })).toBe(false)
    expect(await press('input', 'Enter')).toBe(true)
    expect(await press('input', 'Escape')).toBe(true)
    expect(await press('input', 's', { ctrlKey: true })).toBe(true)
    expect(await press('input', 's')).toBe(false)
    expect(await press('div', '?', { shiftKey: true })).toBe(true)
    expect(send.mock.calls.map(([name, data]) => [name, (data as { key: string }).key])).toEqual([
      ['go', 'Enter'],
      ['go', 'Escape'],
      ['save', 's'],
      ['help', '?'],
    ])
  })
})

describe('data-confirm', () => {
  it('asks first, and sends nothing on a no; a button’s own question counts more than its form’s [E20]', async () => {
    show(`<button id="a" data-event="remove" data-confirm="Remove it?">x</button>
      <form data-event="save" data-confirm="Save?"><button data-confirm="Save and close?">s</button></form>`)
    confirm.mockResolvedValueOnce(false)
    find('#a').click()
    await settle()
    expect(send).not.toHaveBeenCalled()
    find('#a').click()
    await settle()
    await submit('form')
    await submit('form', find('form button'))
    expect(confirm.mock.calls.flat()).toEqual(['Remove it?', 'Remove it?', 'Save?', 'Save and close?'])
    expect(send.mock.calls.map(([name]) => name)).toEqual(['remove', 'save', 'save'])
  })
})

describe('components', () => {
  it('get the events of the triggers that are nearest to them [Q51]', async () => {
    show(`<button id="none" data-event="a"></button><div data-component="outer"><button id="outer" data-event="a"></button>
      <p data-component="inner" data-event="on-root"><button id="inner" data-event="a"></button></p></div>`)
    for (const id of ['#none', '#outer', '#inner', 'p']) await fire(id, new MouseEvent('click', { bubbles: true }))
    expect(within.mock.calls.flat()).toEqual([null, 'outer', 'inner', 'inner'])
  })
})

describe('data-optimistic', () => {
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = []
  const draw = (html: string) => predictions.drawUnder(() => morphInside(find('main'), parseInside(find('main'), html)))
  const page = (n: number) =>
    `<b id="n">${n}</b><input id="q"><button data-event="add" data-optimistic='{"#n":"<i>${n + 1}</i>"}'>+</button>`
  beforeEach(() => {
    answers.length = 0
    send.mockImplementation(
      () =>
        new Promise((resolve, reject) => {
          answers.push({ resolve: () => resolve(null), reject })
        }),
    )
    show(`<main>${page(0)}</main>`)
  })

  it('shows a prediction at once, which the script’s own content replaces [E21]', async () => {
    find('button').click()
    expect(find('#n').innerHTML).toBe('<i>1</i>')
    draw(page(7))
    // What was drawn lies under the prediction until the answer is here.
    expect(find('#n').innerHTML).toBe('<i>1</i>')
    await settle()
    answers[0]!.resolve()
    await settle()
    expect(find('#n').innerHTML).toBe('7')
  })

  it('takes it back when the event fails, and leaves others and what is typed [E21]', async () => {
    find('#q').value = 'typing'
    find('button').click()
    find('button').click()
    await settle()
    answers[0]!.reject(new Error('no'))
    await settle()
    expect(find('#n').innerHTML).toBe('<i>1</i>')
    answers[1]!.reject(new Error('no'))
    await settle()
    expect(find('#n').innerHTML).toBe('0')
    expect(find('#q').value).toBe('typing')
  })

  it('does nothing where it is no JSON or finds nothing, and says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    show('<button data-event="a" data-optimistic="x">a</button><i data-event="b" data-optimistic=\'{"[":"1"}\'>b</i>')
    find('button').click()
    find('i').click()
    await settle()
    expect(warn).toHaveBeenCalledTimes(2)
    expect(send).toHaveBeenCalledTimes(2)
  })
})

describe('files', () => {
  const choose = (selector: string, ...files: File[]) =>
    Object.defineProperty(find(selector), 'files', { value: files, configurable: true })
  const file = (name: string, size: number) => new File([new Uint8Array(size).fill(7)], name, { type: 'text/plain' })

  it('go in their event where they are small [Q51]', async () => {
    show('<input type="file" name="f" data-event="pick"><input id="m" type="file" multiple data-event="pick">')
    choose('input', file('a.txt', 3))
    choose('#m', file('b', 1), file('c', 0))
    await fire('input', new Event('change', { bubbles: true }))
    await fire('#m', new Event('change', { bubbles: true }))
    await expect.poll(() => send.mock.calls.length).toBe(2)
    expect(send.mock.calls[0]![1]).toMatchObject({
      name: 'f',
      value: { name: 'a.txt', size: 3, type: 'text/plain', bytes: new Uint8Array([7, 7, 7]) },
    })
    expect(send.mock.calls[1]![1]).toMatchObject({ value: [{ name: 'b' }, { name: 'c', bytes: new Uint8Array() }] })
    expect(sendPiece).not.toHaveBeenCalled()
  })

  it('go ahead of it piece by piece where they are large, with their progress, and hold up nobody [Q51]', async () => {
    show('<input type="file" name="f" data-event="pick"><button data-event="later">x</button>')
    const size = 6 * UPLOAD_PIECE_BYTES + 5
    choose('input', file('big.bin', size))
    const taken: (() => void)[] = []
    sendPiece.mockImplementation(() => new Promise((resolve) => taken.push(() => resolve(null))))
    await fire('input', new Event('change', { bubbles: true }))
    await expect.poll(() => taken.length).toBe(4)
    find('button').click()
    await settle()
    expect(send.mock.calls.map(([name]) => name)).toEqual(['later'])
    taken.shift()!()
    await expect.poll(() => find('input').dataset.progress).toBe((UPLOAD_PIECE_BYTES / size).toFixed(3))
    for (let i = 0; i < 6; i++) {
      await expect.poll(() => taken.length).toBeGreaterThan(0)
      taken.shift()!()
    }
    await expect.poll(() => send.mock.calls.length).toBe(2)
    const { upload } = sendPiece.mock.calls[0]![0] as { upload: string }
    expect(send.mock.calls[1]).toMatchObject(['pick', { name: 'f', value: { name: 'big.bin', size, upload } }])
    expect(find('input').hasAttribute('data-progress')).toBe(false)
    expect(onProgress.mock.calls.at(-1)![1]).toBeNull()
  })

  it('that are no longer wanted are stopped, and their event is not sent [Q51]', async () => {
    show('<input type="file" name="f" data-event="pick">')
    choose('input', file('big.bin', 9 * UPLOAD_PIECE_BYTES))
    const taken: (() => void)[] = []
    sendPiece.mockImplementation(() => new Promise((resolve) => taken.push(() => resolve(null))))
    await fire('input', new Event('change', { bubbles: true }))
    await expect.poll(() => taken.length).toBe(4)
    onProgress.mock.calls.at(-1)![1]!.cancel()
    // Though none of the pieces has an answer, and perhaps there is no connection to have one from.
    await expect.poll(() => onError.mock.calls.length).toBe(1)
    for (const take of taken) take()
    await settle()
    expect([find('input').dataset.progress, onProgress.mock.calls.at(-1)![1]]).toEqual([undefined, null])
    expect(onError.mock.calls[0]![0]).toMatchObject({ code: 'cancelled' })
    expect(sendPiece.mock.calls.at(-1)![0]).toMatchObject({ cancel: true })
    expect(send).not.toHaveBeenCalled()
  })
})
