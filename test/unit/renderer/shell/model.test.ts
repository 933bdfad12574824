// @vitest-environment node
import { describe, expect, it, vi } from 'vitest'
import { ShellModel, needsShell } from '../../../../src/renderer/shell/model.ts'
import { FakeDocument } from '../../../support/fake-link.ts'

describe('what the shell knows', () => {
  it('follows the script and the notices of a document, and nothing else of it', () => {
    const document = new FakeDocument()
    const model = new ShellModel()
    const changed = vi.fn()
    document.put('script', 'script', { state: 'running', path: '/a', problem: null })
    const stop = model.follow(document)
    expect(model.state.script?.state).toBe('running')
    expect(needsShell(model.state)).toBe(false)

    model.subscribe(changed)
    document.put('widget:main', 'widget', {})
    expect(changed).not.toHaveBeenCalled()
    document.put('notice:store', 'notice', { level: 'info', text: 'Hello' })
    expect(model.state.notices).toEqual([{ id: 'notice:store', level: 'info', text: 'Hello' }])
    expect(needsShell(model.state)).toBe(true)
    document.remove('notice:store')
    document.set('script', ['state'], 'stalled')
    expect(needsShell(model.state)).toBe(true)
    stop()
    expect(document.listenerCount).toBe(0)
  })

  it('keeps four toasts at most', () => {
    const model = new ShellModel()
    for (const text of ['1', '2', '3', '4', '5']) model.toast('info', text)
    expect(model.state.toasts.map(({ text }) => text)).toEqual(['2', '3', '4', '5'])
  })
})
