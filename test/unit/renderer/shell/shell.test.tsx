// @vitest-environment jsdom
import { act } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ScriptProps } from '../../../../src/shared/records.ts'
import { Shell } from '../../../../src/renderer/shell/Shell.tsx'
import { ShellModel } from '../../../../src/renderer/shell/model.ts'
import { byText, doing, draw } from '../../../support/dom.ts'
import { FakeLink } from '../../../support/fake-link.ts'
import { scriptProblem } from '../../../support/script-problem.ts'

let model: ShellModel
let link: FakeLink
let place: HTMLElement
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))
const setScript = (change: Partial<ScriptProps>) =>
  doing(() => model.set({ script: { state: 'running', path: '/home/ada/app.oriel.tsx', problem: null, ...change } }))
const dialog = () => place.querySelector('dialog')

beforeEach(() => {
  vi.useFakeTimers()
  model = new ShellModel()
  link = new FakeLink()
  model.set({ connection: 'open' })
  place = draw(<Shell model={model} link={link} coversScript />)
})
afterEach(() => vi.useRealTimers())

describe('connection', () => {
  it('is told to be lost after 400 ms, and to be back for two seconds', async () => {
    await doing(() => model.set({ connection: 'reconnecting' }))
    await wait(399)
    expect(place.textContent).toBe('')
    await wait(1)
    expect(place.querySelector('[role=status]')?.textContent).toBe('Connection lost. Reconnecting…')
    await doing(() => model.set({ connection: 'open' }))
    expect(place.querySelector('[role=status]')?.textContent).toBe('Back')
    await wait(2000)
    expect(place.textContent).toBe('')
  })

  it('is not mentioned for a short gap', async () => {
    await doing(() => model.set({ connection: 'reconnecting' }))
    await wait(200)
    await doing(() => model.set({ connection: 'open' }))
    await wait(1000)
    expect(place.textContent).toBe('')
  })

  it('is told to be over, with the reason', async () => {
    await doing(() => model.set({ connection: 'closed', ended: 'The ticket was used already.' }))
    await wait(400)
    expect(place.querySelector('[role=alert]')?.textContent).toBe('The ticket was used already.')
  })
})

describe('notices', () => {
  it('stand until dismissed, and come back with another text', async () => {
    const notice = (text: string) => [{ id: 'notice:store', level: 'warning' as const, text }]
    await doing(() => model.set({ notices: notice('The disk is full.') }))
    expect(place.textContent).toContain('The disk is full.')
    await doing(() => byText(place, 'Dismiss').click())
    expect(place.textContent).toBe('')
    await doing(() => model.set({ notices: notice('The disk is still full.') }))
    expect(place.textContent).toContain('The disk is still full.')
  })
})

describe('a script that does not answer', () => {
  it('can be stopped, restarted or waited for', async () => {
    await setScript({ state: 'stalled' })
    expect(dialog()?.getAttribute('role')).toBe('alertdialog')
    expect(dialog()?.textContent).toContain('app.oriel.tsx is not answering')
    expect(document.activeElement?.textContent).toBe('Keep waiting')
    await doing(() => byText(place, 'Stop').click())
    await doing(() => byText(place, 'Restart').click())
    expect(link.calls.map(({ method }) => method)).toEqual(['script.stop', 'script.restart'])

    await doing(() => byText(place, 'Keep waiting').click())
    expect(dialog()).toBeNull()
    expect(place.textContent).toContain('app.oriel.tsx is still not answering')
    await setScript({ state: 'running' })
    expect(place.textContent).toBe('')
    await setScript({ state: 'stalled' })
    expect(dialog()).not.toBeNull()
  })

  it('is waited for when Escape is pressed', async () => {
    await setScript({ state: 'stalled' })
    await doing(() => dialog()?.dispatchEvent(new Event('cancel', { cancelable: true })))
    expect(dialog()).toBeNull()
  })

  it('says so in a toast when stopping does not work', async () => {
    link.answerCall = () => Promise.reject(new Error('Not now.'))
    await setScript({ state: 'stalled' })
    await doing(() => byText(place, 'Stop').click())
    expect(place.querySelector('.toast')?.textContent).toBe('Not now.')
  })
})

describe('a script that no longer runs', () => {
  it('can be restarted when it was stopped', async () => {
    await setScript({ state: 'stopped' })
    expect(dialog()?.textContent).toContain('app.oriel.tsx is stopped')
    await doing(() => byText(place, 'Restart').click())
    expect(link.calls).toEqual([{ method: 'script.restart', params: null }])
  })

  it('shows its error in full, and the page behind it on request', async () => {
    await setScript({ state: 'failed', problem: scriptProblem() })
    expect(dialog()?.textContent).toContain('x is not a function')
    await doing(() => byText(place, 'Look at the page').click())
    expect(dialog()).toBeNull()
    expect(place.textContent).toContain('app.oriel.tsx has failed')
    await doing(() => byText(place, 'Details').click())
    expect(dialog()).not.toBeNull()
  })

  it('is left to the page where that is one of ours', async () => {
    const other = draw(<Shell model={model} link={link} coversScript={false} />)
    await setScript({ state: 'failed', problem: scriptProblem() })
    expect(other.textContent).toBe('')
  })
})

describe('an error that did not end the script', () => {
  it('is a panel in the corner, with details on request', async () => {
    await setScript({ problem: scriptProblem() })
    expect(dialog()).toBeNull()
    expect(place.querySelector('[role=alert]')?.textContent).toContain('app.oriel.tsx:3:4')
    await doing(() => byText(place, 'Details').click())
    expect(dialog()?.textContent).toContain('at App')
    await doing(() => byText(place, 'Close').click())
    await doing(() => byText(place, 'Dismiss').click())
    expect(place.textContent).toBe('')
    await setScript({ problem: scriptProblem({ message: 'another' }) })
    expect(place.textContent).toContain('another')
  })
})

describe('toasts', () => {
  it('count what is said again, and leave by themselves', async () => {
    await doing(() => model.toast('error', 'No.'))
    await wait(6000)
    await doing(() => model.toast('error', 'No.'))
    expect(place.querySelector('.toast')?.textContent).toBe('No. ×2')
    await wait(9999)
    expect(place.querySelector('.toast')).not.toBeNull()
    await wait(1)
    expect(place.querySelector('.toast')).toBeNull()
  })
})

describe('questions', () => {
  it('are asked one after the other; Escape is a no [E20]', async () => {
    const answers: boolean[] = []
    await doing(() => {
      void model.ask('Remove it?').then((yes) => answers.push(yes))
      void model.ask('And the other?').then((yes) => answers.push(yes))
    })
    expect(dialog()?.querySelector('h1')?.textContent).toBe('Remove it?')
    await doing(() => byText(place, 'OK').click())
    expect(dialog()?.querySelector('h1')?.textContent).toBe('And the other?')
    await doing(() => dialog()!.dispatchEvent(new Event('cancel', { cancelable: true })))
    expect(dialog()).toBeNull()
    expect(answers).toEqual([true, false])
  })
})

describe('files on their way', () => {
  it('are shown after 300 ms, with how far they are and a way to stop them [Q51]', async () => {
    const cancel = vi.fn()
    await doing(() => model.upload(1, { id: 1, name: 'big.bin', done: 0.254, cancel }))
    await wait(299)
    expect(place.querySelector('.upload')).toBeNull()
    await wait(1)
    expect(place.querySelector('.upload')?.textContent).toBe('Sending big.bin 25 %')
    await doing(() => byText(place, 'Stop sending big.bin').click())
    expect(cancel).toHaveBeenCalledOnce()
    await doing(() => model.upload(1, null))
    expect(place.textContent).toBe('')
  })
})

describe('starting', () => {
  it('is shown only if it takes a while', async () => {
    await setScript({ state: 'starting' })
    await wait(499)
    expect(place.textContent).toBe('')
    await wait(1)
    expect(place.querySelector('[role=status]')?.textContent).toBe('Starting app.oriel.tsx…')
  })
})
