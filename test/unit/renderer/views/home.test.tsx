// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import type { HomeSessionProps } from '../../../../src/shared/records.ts'
import { HomeView } from '../../../../src/renderer/views/home.tsx'
import { byText, doing, draw, fill, press } from '../../../support/dom.ts'
import { FakeLink } from '../../../support/fake-link.ts'

const addSession = (link: FakeLink, sessionId: string, change: Partial<HomeSessionProps> = {}) =>
  link.document.put(`session:${sessionId}`, 'session', {
    sessionId,
    scriptPath: `/home/ada/${sessionId}.oriel.tsx`,
    title: `Title ${sessionId}`,
    lastUsedAt: Date.now() - 2 * 3_600_000,
    state: 'closed',
    windows: 1,
    scriptExists: true,
    ...change,
  })

function open(fillIn: (link: FakeLink) => void) {
  const link = new FakeLink()
  fillIn(link)
  const onError = vi.fn()
  const place = draw(<HomeView link={link} widgetId="home" onError={onError} />)
  const titles = () => [...place.querySelectorAll('.session-title strong')].map((title) => title.textContent)
  return { link, place, onError, titles, sent: () => link.sent.map(({ type, data }) => [type, data]) }
}
const three = (link: FakeLink) => {
  addSession(link, 'a', { lastUsedAt: Date.now() - 1000 })
  addSession(link, 'b')
  addSession(link, 'c', { lastUsedAt: 0 })
}

describe('the home window', () => {
  it('tells how to begin when there is nothing yet', () => {
    const { place } = open(() => {})
    expect(place.textContent).toContain('oriel new')
    expect(place.querySelector('.session-list')).toBeNull()
  })

  it('lists sessions, the last used first, with file, folder, time and state', () => {
    const { place, titles } = open((link) => {
      addSession(link, 'old', { lastUsedAt: 0, state: 'crashed' })
      addSession(link, 'new', { state: 'open' })
      addSession(link, 'gone', { lastUsedAt: 1, scriptExists: false, title: '' })
    })
    expect(titles()).toEqual(['Title new', 'gone.oriel.tsx', 'Title old'])
    expect([...place.querySelectorAll('.badge')].map((badge) => badge.textContent)).toEqual([
      'Open',
      'File missing',
      'Ended unexpectedly',
    ])
    expect(place.querySelector('.session')?.textContent).toContain('new.oriel.tsx/home/ada2 hours ago')
  })

  it('[N4] lists what programs made, and resumes it although it has no file', async () => {
    const { place, sent } = open((link) => addSession(link, 'a', { scriptPath: null, title: 'Orders' }))
    expect(place.querySelector('.session')?.textContent).toContain('OrdersShown by a program')
    await doing(() => place.querySelector<HTMLElement>('.session-open')!.click())
    expect(sent()).toEqual([['session.resume', { sessionId: 'a' }]])
  })

  it('follows its document', async () => {
    const { link, titles } = open((l) => addSession(l, 'a'))
    await doing(() => addSession(link, 'b', { lastUsedAt: Date.now() }))
    expect(titles()).toEqual(['Title b', 'Title a'])
    await doing(() => link.document.remove('session:a'))
    expect(titles()).toEqual(['Title b'])
  })

  it('resumes the session that is clicked, but not one without a file', async () => {
    const { place, sent } = open((link) => {
      addSession(link, 'a')
      addSession(link, 'b', { scriptExists: false })
    })
    for (const row of place.querySelectorAll<HTMLElement>('.session-open')) await doing(() => row.click())
    expect(sent()).toEqual([['session.resume', { sessionId: 'a' }]])
  })

  it('is moved through with the arrow keys, Home and End, one stop for Tab', async () => {
    const { place } = open(three)
    const rows = [...place.querySelectorAll<HTMLElement>('.session-open')]
    await doing(() => rows[0]?.focus())
    await press('ArrowDown')
    expect(document.activeElement).toBe(rows[1])
    await press('End')
    await press('ArrowDown')
    expect(document.activeElement).toBe(rows[2])
    await press('Home')
    expect(document.activeElement).toBe(rows[0])
    expect(rows.map((row) => row.tabIndex)).toEqual([0, -1, -1])
  })

  it('asks in place before it removes, with the focus on the careful answer', async () => {
    const { link, place, sent, titles } = open(three)
    await doing(() => place.querySelector<HTMLElement>('.session-open')?.focus())
    await press('ArrowDown')
    await press('Delete')
    expect(document.activeElement).toBe(byText(place, 'Keep'))
    await press('Escape')
    expect(sent()).toEqual([])
    expect(document.activeElement).toBe(place.querySelectorAll('.session-open')[1])

    await press('Delete')
    link.answer = () => link.document.remove('session:b')
    await doing(() => byText(place, 'Remove').click())
    expect(sent()).toEqual([['session.remove', { sessionId: 'b' }]])
    expect(titles()).toEqual(['Title a', 'Title c'])
    expect(document.activeElement).toBe(place.querySelectorAll('.session-open')[1])
  })

  it('acts on the session that has the focus, also after the list was sorted anew', async () => {
    const { link, place, titles } = open(three)
    await doing(() => place.querySelector<HTMLElement>('.session-open')?.focus())
    await press('ArrowDown')
    await doing(() => addSession(link, 'b', { lastUsedAt: Date.now() + 1000 }))
    expect(titles()).toEqual(['Title b', 'Title a', 'Title c'])
    await press('Delete')
    expect(place.querySelector('.session-question')?.getAttribute('aria-label')).toBe('Remove Title b')
  })

  it('does not offer to remove what is open', async () => {
    const { place } = open((link) => addSession(link, 'a', { state: 'open' }))
    expect(place.querySelector('.session-remove')).toBeNull()
    await doing(() => place.querySelector<HTMLElement>('.session-open')?.focus())
    await press('Delete')
    expect(place.querySelector('.session-question')).toBeNull()
  })

  it('opens examples and files, and says what went wrong', async () => {
    const { link, place, sent, onError } = open((l) =>
      l.document.put('example:x', 'example', { name: 'x', title: 'X', description: 'About x', path: '/x' }),
    )
    await doing(() => place.querySelector<HTMLElement>('.example')?.click())
    const field = place.querySelector<HTMLInputElement>('.open-file input')!
    const button = byText(place, 'Open') as HTMLButtonElement
    expect(button.disabled).toBe(true)
    await fill(field, ' "/home/ada/my app.ts" ')
    const error = new Error('There is no such file.')
    link.answer = () => Promise.reject(error)
    await doing(() => button.click())
    expect(sent()).toEqual([
      ['example.open', { name: 'x' }],
      ['file.open', { path: '/home/ada/my app.ts' }],
    ])
    expect(onError).toHaveBeenCalledWith(error)
    expect(button.disabled).toBe(false)
  })
})
