// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Value } from '../../../../src/shared/value.ts'
import { Triggers } from '../../../../src/renderer/html/triggers.ts'

const send = vi.fn<(type: string, data: Value) => Promise<unknown>>()
const onError = vi.fn()
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
  stop = new Triggers({ send, onError }).listen(document)
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
