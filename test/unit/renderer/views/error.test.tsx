// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest'
import { ErrorView } from '../../../../src/renderer/views/error.tsx'
import { byText, doing, draw } from '../../../support/dom.ts'
import { FakeLink } from '../../../support/fake-link.ts'
import { scriptProblem } from '../../../support/script-problem.ts'

function open(problem = scriptProblem()) {
  const link = new FakeLink()
  link.document.put('script', 'script', { state: 'failed', path: '/home/ada/app.oriel.tsx', problem })
  const onError = vi.fn()
  return {
    link,
    onError,
    place: draw(<ErrorView link={link} onError={onError} />),
  }
}

describe('the view of a failed script', () => {
  it('shows message, place, source and stack', () => {
    const { place } = open()
    expect(place.querySelector('h1')?.textContent).toBe('The script failed')
    expect(place.querySelector('.problem-message')?.textContent).toBe('x is not a function')
    expect(place.querySelector('figcaption')?.textContent).toBe('/home/ada/app.oriel.tsx:3:4')
    expect(place.querySelector('[data-failing] code')?.textContent).toBe('\tx()  // why\n\t  ^')
    expect(place.querySelector('details')?.open).toBe(false)
    expect(place.querySelector('details pre')?.textContent).toContain('at App')
  })

  it('does without place and stack', () => {
    const { place } = open(scriptProblem({ code: 'script_memory', place: null, stack: [] }))
    expect(place.querySelector('h1')?.textContent).toBe('The script ran out of memory')
    expect(place.querySelector('figure, details')).toBeNull()
  })

  it('restarts, and says why it could not', async () => {
    const { link, place, onError } = open()
    link.answerCall = () => Promise.reject(new Error('gone'))
    await doing(() => byText(place, 'Restart').click())
    expect(link.calls).toEqual([{ method: 'script.restart', params: null }])
    expect(onError).toHaveBeenCalledOnce()
    await doing(() => link.document.set('script', ['state'], 'starting'))
    expect(byText(place, 'Restarting…')).toBeTruthy()
  })

  it('copies everything as text', async () => {
    const { place } = open()
    const writeText = vi.fn(async () => {})
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
    await doing(() => byText(place, 'Copy details').click())
    expect(byText(place, 'Copied')).toBeTruthy()
    expect(writeText).toHaveBeenCalledWith(
      [
        'The script failed (script_failed)',
        '',
        'x is not a function',
        '',
        'at /home/ada/app.oriel.tsx:3:4',
        '',
        '  2 | const x = 1',
        '> 3 | \tx()  // why',
        '    | \t  ^',
        '',
        'at App (/home/ada/app.oriel.tsx:3:4)',
        'at /home/ada/app.oriel.tsx:9:1',
      ].join('\n'),
    )
  })
})
