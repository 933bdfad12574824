// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeftText } from '../../../../src/renderer/recovery/left-text.ts'
import { TypedText } from '../../../../src/renderer/recovery/typed-text.ts'
import { Triggers } from '../../../../src/renderer/html/triggers.ts'
import type { TriggerOptions } from '../../../../src/renderer/html/triggers.ts'
import { TYPED_LIMITS } from '../../../../src/shared/typed.ts'
import type { TypedField } from '../../../../src/shared/typed.ts'
import { triggerOptions } from '../../../support/trigger-options.ts'
import { FakeDocument } from '../../../support/fake-link.ts'

const FORM = `<form data-event="save"><input name="title"><textarea name="text">Dear</textarea>
  <input name="secret" type="password"><input name="code" autocomplete="one-time-code"><input name="off" data-recover="never">
  <select name="kind"><option>a<option>b</select><label><input type="checkbox" name="urgent"></label></form>
  <input aria-label="Search" data-event="search">`

let typed: TypedText
let triggers: () => void
let kept: TypedField[]
let clear: (() => void) | null
let answer: PromiseWithResolvers<void>
/** Whether what is to be kept reaches the session. */
let isCut = false

/** A page that was loaded just now, with what was kept before. */
function load(html: string, before: TypedField[] = []): void {
  typed?.stop()
  triggers?.()
  document.body.innerHTML = html
  clear = null
  answer = Promise.withResolvers()
  typed = new TypedText({
    root: document,
    left: new LeftText('s1', 'w1'),
    keep: (fields) => (isCut ? new Promise(() => {}) : Promise.resolve(void (kept = fields))),
    onBack: (take) => (clear = take),
  })
  const onSent: TriggerOptions['onSent'] = (...sent) => typed.onSent(...sent)
  triggers = new Triggers(triggerOptions({ send: () => answer.promise, onSent })).listen(document)
  const records = new FakeDocument()
  if (before.length > 0) records.put('typed:w1', 'typed', { widgetId: 'w1', fields: before })
  typed.restore(records, 'w1')
}

const field = (selector: string) => document.querySelector<HTMLInputElement>(selector)!
const form = () => document.querySelector('form')!
function type(selector: string, value: string): void {
  const element = field(selector)
  element.focus()
  element.value = value
  element.dispatchEvent(new Event('input', { bubbles: true }))
}
const wait = (ms = 1000) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  sessionStorage.clear()
  isCut = false
  kept = []
  load(FORM)
})
afterEach(() => {
  typed.stop()
  triggers()
  vi.useRealTimers()
})

describe('what is typed and not sent', () => {
  it('is kept when typing pauses, and comes back in a page that is loaded again; secrets are never kept [A23, A24]', async () => {
    type('[name=title]', 'Half a ti')
    type('[name=text]', 'Dear Ada')
    for (const secret of ['secret', 'code', 'off']) type(`[name=${secret}]`, 'hush')
    await wait(200)
    expect(kept).toEqual([])
    await wait(200)
    expect(kept).toEqual([
      { key: 'save/title', base: '', value: 'Half a ti' },
      { key: 'save/text', base: 'Dear', value: 'Dear Ada' },
    ])
    field('[name=urgent]').click()
    field('[name=kind]').focus()
    field('[name=kind]').value = 'b'
    field('[name=kind]').dispatchEvent(new Event('change', { bubbles: true }))
    await wait()

    const heard: string[] = []
    addEventListener('input', ({ target }) => heard.push((target as HTMLInputElement).name), { once: true })
    load(FORM, kept)
    const now = () => ['title', 'text', 'kind', 'secret'].map((name) => field(`[name=${name}]`).value)
    expect([now(), field('[name=urgent]').checked]).toEqual([['Half a ti', 'Dear Ada', 'b', ''], true])
    // Whoever listens to the field hears of it.
    expect(heard).toEqual(['title'])
    clear?.()
    expect([now(), field('[name=urgent]').checked]).toEqual([['', 'Dear', 'a', ''], false])
    await wait()
    expect(kept).toEqual([])
  })

  it('is back in the next page of the tab where it had not reached the session, and nowhere else [A23, A24]', async () => {
    type('[name=title]', 'Half')
    await wait()
    isCut = true
    type('[name=title]', 'Half a title')
    for (const secret of ['secret', 'code', 'off']) type(`[name=${secret}]`, 'hush')
    await wait()
    dispatchEvent(new Event('pagehide'))
    const all = () => Object.keys(sessionStorage).map((key) => sessionStorage.getItem(key))
    expect(all().join()).not.toContain('hush')
    // A page that is left before it was connected passes it on.
    typed.stop()
    typed = new TypedText({ root: document, left: new LeftText('s1', 'w1'), keep: async () => {}, onBack: () => {} })
    dispatchEvent(new Event('pagehide'))
    isCut = false
    load(FORM, kept)
    expect([field('[name=title]').value, all()]).toEqual(['Half a title', []])
    await wait()
    expect(kept).toEqual([{ key: 'save/title', base: '', value: 'Half a title' }])
    // All is kept: nothing is left behind, and what was taken meanwhile does not come back.
    dispatchEvent(new Event('pagehide'))
    expect(all()).toEqual([])
    isCut = true
    form().reset()
    await wait()
    dispatchEvent(new Event('pagehide'))
    load(FORM, kept)
    expect([field('[name=title]').value, kept]).toEqual(['', [expect.anything()]])
    isCut = false
    await wait()
    new LeftText('s2', 'w1').leave(kept)
    load(FORM)
    expect([field('[name=title]').value, all()]).toEqual(['', []])
  })

  it('waits for fields that are drawn later, and does not go over what the script or the person put there [A23]', async () => {
    const before = ['title', 'text', 'late'].map((name) => ({
      key: `save/${name}`,
      base: name === 'text' ? 'Dear' : '',
      value: 'old',
    }))
    load(FORM.replace('Dear', 'Dear sir'), before)
    expect([field('[name=title]').value, field('[name=text]').value]).toEqual(['old', 'Dear sir'])
    field('form').insertAdjacentHTML('beforeend', '<input name="late">')
    await wait(0)
    expect(field('[name=late]').value).toBe('old')
  })

  it('is forgotten once its form was taken, and stays when that was refused [A23]', async () => {
    type('[name=title]', 'Title')
    await wait()
    form().requestSubmit()
    await wait(0)
    answer.reject(new Error('No such thing.'))
    await wait()
    expect(kept).toHaveLength(1)
    answer = Promise.withResolvers()
    form().requestSubmit()
    await wait(0)
    type('[name=text]', 'typed since')
    answer.resolve()
    await wait()
    expect(kept.map(({ key }) => key)).toEqual(['save/text'])
    form().reset()
    await wait()
    expect(kept).toEqual([])
  })

  it('of a lone field is forgotten when its change was taken, when the script clears it, or when the field goes [A23]', async () => {
    type('[aria-label=Search]', 'birds')
    await wait()
    expect(kept.map(({ key }) => key)).toEqual(['/Search'])
    field('[aria-label=Search]').dispatchEvent(new Event('change', { bubbles: true }))
    await wait(0)
    answer.resolve()
    await wait()
    expect(kept).toEqual([])
    type('[name=title]', 'a')
    type('[name=text]', 'b')
    await wait()
    field('[name=title]').value = ''
    field('[name=text]').remove()
    type('[aria-label=Search]', 'c')
    await wait()
    expect(kept.map(({ key }) => key)).toEqual(['/Search'])
  })

  it('is told apart where several fields have one name, and bounded [A24]', async () => {
    load('<input name="x"><input name="x"><textarea name="long"></textarea>')
    document.querySelectorAll('input').forEach((element, at) => {
      element.value = `v${at}`
      element.dispatchEvent(new Event('input', { bubbles: true }))
    })
    type('[name=long]', 'x'.repeat(TYPED_LIMITS.fieldChars + 1))
    await wait()
    expect(kept.map(({ key, value }) => [key, value])).toEqual([
      ['/x', 'v0'],
      ['/x#1', 'v1'],
    ])
  })
})
