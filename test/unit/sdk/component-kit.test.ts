import { expect, test } from 'vitest'
import { Component, StreamingComponent, handleComponentRequest } from '../../../src/sdk/components.ts'
import { FakeRenderer, isolatedRegistry, mountComponent } from '../../../src/sdk/testing/component-kit.ts'

class Counter extends Component<{ count: number }> {
  kept = 0
  override mount() {
    void super.mount()
    this.state.count = Number(this.params['from'] ?? 0)
  }
  onAdd({ by = 1 }: { by?: number }) {
    if (by < 0) throw new Error('no')
    this.kept++
    this.state.count += by
  }
  override getOptimisticPatch() {
    return { count: -1 }
  }
}
class Words extends StreamingComponent<{ n: number }> {
  *onSay() {
    this.state.n = 1
    yield
    this.state.n = 2
  }
  override render() {
    return `<p>${this.state.n}</p>`
  }
}

test('a component is mounted, and events go on from the state before them alone', async () => {
  const counter = await mountComponent(Counter, { params: { from: 3 } })
  counter.expectState({ count: 3 }).expectHtml('template="Counter"', /"count":3/)
  await counter.dispatch('add')
  await counter.dispatch('add', { by: 5 })
  expect([counter.state, counter.optimistic]).toEqual([{ count: 9 }, { count: -1 }])
  // The instance is a new one each time.
  expect(counter.component.kept).toBe(1)
  await expect(counter.dispatch('add', { by: -1 })).rejects.toMatchObject({ code: 'handler_failed' })
  expect(counter.state).toEqual({ count: 9 })
  expect(() => counter.expectState({ count: 8 })).toThrow('state.count is 9, not 8.')
  expect(() => counter.expectHtml('nothing like it')).toThrow('is not in the HTML')
})

test('stored state, slots, a renderer of the test’s own and the frames of a stream', async () => {
  const renderer = new FakeRenderer()
  class Board extends Component {
    static override templateName = 'board'
  }
  const board = await mountComponent(Board, { slots: { words: new Words() }, state: { a: 1 }, renderer })
  expect(board.slots).toEqual({ words: '<p>undefined</p>' })
  expect(renderer.rendered).toMatchObject([{ templateName: 'board', context: { state: { a: 1 } } }])
  const words = await mountComponent(Words)
  await words.dispatch('say')
  expect(words.frames.map(({ html }) => html)).toEqual(['<p>1</p>', '<p>2</p>'])
})

test('an isolated registry has what it is given, and serves it', async () => {
  const registry = isolatedRegistry({ counter: Counter, words: Words })
  expect(registry.list()).toEqual(['counter', 'words'])
  const request = new Request('http://x/components/words', { method: 'POST', body: '{"event":"say"}' })
  expect(await (await handleComponentRequest(request, { registry })).json()).toMatchObject({ html: '<p>2</p>' })
})
