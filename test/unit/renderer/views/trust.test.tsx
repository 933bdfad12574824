// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import { TrustView } from '../../../../src/renderer/views/trust.tsx'
import { byText, doing, draw, press } from '../../../support/dom.ts'
import { FakeLink } from '../../../support/fake-link.ts'

function open() {
  const link = new FakeLink()
  link.document.put('trust', 'trust', { path: '/home/ada/Downloads/report.oriel.tsx', hash: 'ab', bytes: 4213 })
  const onError = vi.fn()
  const place = draw(<TrustView link={link} widgetId="trust" onError={onError} />)
  return { link, place, onError }
}

describe('the question about a new file', () => {
  it('names the file, its size and what it may do', () => {
    const { place } = open()
    for (const text of ['report.oriel.tsx?', '/home/ada/Downloads/', '4.2 KB', 'your files', 'network', 'programs']) {
      expect(place.textContent).toContain(text)
    }
  })

  it('has the focus on the careful answer, which Escape gives as well', async () => {
    const { link, place } = open()
    expect(document.activeElement).toBe(byText(place, 'Don’t open'))
    await press('Escape')
    expect(link.sent).toEqual([{ widgetId: 'trust', type: 'trust.answer', data: { allow: false } }])
  })

  it('sends one answer, and asks again if that failed', async () => {
    const { link, place, onError } = open()
    const yes = byText(place, 'Open') as HTMLButtonElement
    await doing(() => yes.click())
    expect(yes.disabled).toBe(true)
    await doing(() => yes.click())
    expect(link.sent.map(({ data }) => data)).toEqual([{ allow: true }])

    const other = open()
    other.link.answer = () => Promise.reject(new Error('lost'))
    await doing(() => byText(other.place, 'Open').click())
    expect(other.onError).toHaveBeenCalledOnce()
    expect((byText(other.place, 'Open') as HTMLButtonElement).disabled).toBe(false)
    expect(onError).not.toHaveBeenCalled()
  })
})
