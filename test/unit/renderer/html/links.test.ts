// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { followLinks } from '../../../../src/renderer/html/links.ts'

const openExternal = vi.fn(async () => null)
let stop: () => void
const click = (html: string): boolean => {
  document.body.innerHTML = html
  const event = new MouseEvent('click', { bubbles: true, cancelable: true })
  document.querySelector('a')!.dispatchEvent(event)
  return event.defaultPrevented
}

beforeEach(() => {
  openExternal.mockClear()
  stop = followLinks(document, { openExternal, onError: () => {} })
})
afterEach(() => stop())

describe('links', () => {
  it('open in the person’s own browser when they lead elsewhere', () => {
    expect(click('<a href="https://example.org/a?b">x</a>')).toBe(true)
    expect(openExternal).toHaveBeenCalledWith('https://example.org/a?b')
    click('<a href="mailto:ada@example.org">x</a>')
    expect(openExternal).toHaveBeenLastCalledWith('mailto:ada@example.org')
  })

  it('are followed as usual to what stands beside the page', () => {
    const event = new MouseEvent('click', { bubbles: true, cancelable: true })
    document.body.innerHTML = '<a href="report.csv" download>x</a>'
    // jsdom cannot navigate; it only has to be asked to
    document.addEventListener('click', (e) => (expect(e.defaultPrevented).toBe(false), e.preventDefault()), {
      once: true,
    })
    document.querySelector('a')!.dispatchEvent(event)
    expect(openExternal).not.toHaveBeenCalled()
  })

  it('never run, nor open another window', () => {
    expect(click('<a href="javascript:alert(1)">x</a>')).toBe(true)
    expect(click('<a href="data:text/html,x">x</a>')).toBe(true)
    expect(click('<a href="/other" target="_blank">x</a>')).toBe(true)
    expect(openExternal).not.toHaveBeenCalled()
  })

  it('jump within the page without leaving it for a <base>', () => {
    const scrollIntoView = vi.fn()
    HTMLElement.prototype.scrollIntoView = scrollIntoView
    expect(click('<a href="#part">x</a><h2 id="part">y</h2>')).toBe(true)
    expect(scrollIntoView).toHaveBeenCalledOnce()
  })
})
