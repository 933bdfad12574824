import { Component as ReactComponent, useState } from 'react'
import type { ReactNode } from 'react'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Component, compose } from '../../../../src/sdk/components.ts'
import type { AnyComponent } from '../../../../src/sdk/components.ts'
import { html, show } from '../../../../src/sdk/index.ts'
import type { Widget } from '../../../../src/sdk/index.ts'
import { Button, Mount, Text } from '../../../../src/sdk/ui.ts'
import { treeRecordId } from '../../../../src/shared/elements/node.ts'
import { ComponentStage } from '../../../support/component-stage.ts'

class Counter extends Component<{ count: number }> {
  override async mount() {
    await super.mount()
    this.state.count = 0
  }
  onAdd({ by = 1 }: { by?: number }) {
    this.state.count += by
  }
  override render() {
    return String(html`<p>${this.state.count}</p>`)
  }
}

class Board extends Component {
  override render() {
    return `<section>${Object.values(this.renderSlots()).join('')}</section>`
  }
}

let stage: ComponentStage
let widget: Widget
beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  stage = await ComponentStage.start()
  onTestFinished(() => stage.end())
})

const open = async (content: ReactNode) => {
  widget = await stage.run(() => show(<>{content}</>))
  await stage.inStep()
}
const tree = () =>
  JSON.stringify(stage.window.client.document.get(treeRecordId('w1'))?.props['nodes']).replaceAll('\\', '')
/** What an element among others is replaced by, from outside of it. */
const place: { put: (next: ReactNode) => void } = { put: () => {} }
const put = async (next: ReactNode) => {
  stage.run(() => place.put(next))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  await stage.inStep()
}
function Place({ first }: { first: ReactNode }) {
  const [shown, setShown] = useState(first)
  Object.assign(place, { put: setShown })
  return shown
}

/** Shows what an element below it has thrown. */
class Boundary extends ReactComponent<{ children: ReactNode }> {
  override state = { text: '' }
  static getDerivedStateFromError = ({ message }: Error) => ({ text: message })
  override render() {
    return this.state.text === '' ? this.props.children : <Text>{this.state.text}</Text>
  }
}

describe('a component among elements', () => {
  it('is shown between them; its events and its state go through the document [Q55]', async () => {
    let told = ''
    const counter = new Counter()
    class Tells extends Counter {
      override onAdd() {
        told = 'told'
        app.rename()
      }
    }
    const app = { rename: () => {} }
    function App() {
      const [name, setName] = useState('before')
      Object.assign(app, { rename: () => setName('after') })
      return (
        <>
          <Button>{name}</Button>
          <Mount component={counter} />
          <Mount component={tells} />
        </>
      )
    }
    const tells = new Tells()
    await open(<App />)
    await expect.poll(() => stage.mounted('Counter')).toBe('<p data-component="w1/Counter">0</p>')
    await stage.event('w1/Counter', 'add', { by: 2 })
    await stage.inStep()
    expect(stage.mounted('Counter')).toBe('<p data-component="w1/Counter">2</p>')
    expect(stage.state('w1/Counter')).toEqual({ count: 2 })
    // What a handler changes around its component is there when it has answered, too.
    await stage.event('w1/Tells', 'add')
    expect([told, tree()]).toEqual(['told', expect.stringContaining('"after"')])
    stage.program.client.document.transact((tx) => tx.set('component:w1/Counter', ['state', 'count'], 41))
    await expect.poll(() => stage.mounted('Counter')).toContain('>41<')
    expect(stage.problems).toEqual([])
  })

  it('has slots, each with events and state of its own [Q55]', async () => {
    const left = new Counter()
    await open(<Mount component={compose(Board, { slots: { left } })} name="board" />)
    await stage.event('w1/board.left', 'add')
    await stage.inStep()
    expect(stage.mounted('board')).toBe(
      '<section data-component="w1/board"><p data-component="w1/board.left">1</p></section>',
    )
    expect(stage.state('w1/board.left')).toEqual({ count: 1 })
  })

  it('is let go of when it is taken out, and the next of its name takes its state up [Q55]', async () => {
    const counter = new Counter()
    await open(<Place first={<Mount component={counter} />} />)
    await stage.event('w1/Counter', 'add', { by: 3 })
    await put(<Text>gone</Text>)
    expect(stage.mounted('Counter')).toBe(null)
    await expect(stage.event('w1/Counter', 'add')).rejects.toMatchObject({ code: 'unknown_component' })
    stage.program.client.document.transact((tx) => tx.set('component:w1/Counter', ['state', 'count'], 7))
    await stage.inStep()
    expect(counter.state).toEqual({ count: 3 })
    // It is free for another window.
    await stage.run(() => show(counter, { id: 'other' }))
    await put(<Mount component={new Counter()} />)
    await expect.poll(() => stage.mounted('Counter')).toContain('>7<')
  })

  it('gives way to another component, and goes on where it was when it is back [Q55]', async () => {
    const [a, b] = [new Counter({ componentId: 'a' }), new Counter({ componentId: 'b' })]
    await open(<Place first={<Mount component={a} />} />)
    await stage.event('w1/a', 'add', { by: 1 })
    await put(<Mount component={b} />)
    await expect.poll(() => [stage.mounted('a'), stage.mounted('b')]).toEqual([null, '<p data-component="w1/b">0</p>'])
    await expect(stage.event('w1/a', 'add')).rejects.toMatchObject({ code: 'unknown_component' })
    a.state.count = 9
    await put(<Mount component={a} />)
    await expect.poll(() => stage.mounted('a')).toContain('>9<')
    expect([stage.mounted('b'), stage.state('w1/b')]).toEqual([null, { count: 0 }])
  })

  it('that has gone while it was being mounted is not shown, and can come back [Q55]', async () => {
    const gate = Promise.withResolvers<void>()
    let mounts = 0
    class Slow extends Counter {
      override async mount() {
        mounts++
        await gate.promise
        await super.mount()
      }
    }
    const slow = new Slow()
    await open(<Place first={<Mount component={slow} />} />)
    await put(null)
    await put(<Mount component={slow} />)
    await put(null)
    await put(<Mount component={slow} name="again" />)
    // What the run before has drawn may be clicked before the new one is there.
    const click = stage.event('w1/again', 'add')
    gate.resolve()
    await click
    await expect.poll(() => stage.mounted('again')).toContain('>1<')
    expect([stage.mounted('Slow'), mounts, stage.problems]).toEqual([null, 1, []])
  })

  it('is drawn as it is now by the widget’s update, which leaves the elements [Q55]', async () => {
    const counter = new Counter()
    await open(
      <>
        <Button>kept</Button>
        <Mount component={counter} />
      </>,
    )
    counter.state.count = 5
    await widget.update(counter)
    await stage.inStep()
    expect([stage.mounted('Counter'), tree()]).toEqual([
      expect.stringContaining('>5<'),
      expect.stringContaining('"kept"'),
    ])
    await widget.update('<p>else</p>')
    await stage.inStep()
    expect(stage.mounted('Counter')).toBe(null)
    await expect(stage.event('w1/Counter', 'add')).rejects.toMatchObject({ code: 'no_handler' })
    await widget.update(counter)
    await stage.inStep()
    expect(stage.html).toContain('>5<')
  })
})

describe('a component among elements that cannot be shown is the next boundary’s [Q55]', () => {
  class Broken extends Counter {
    override render(): string {
      throw new Error('no picture')
    }
  }
  const counter = new Counter()
  const Fresh = () => {
    const [count, setCount] = useState(0)
    Object.assign(fresh, { again: () => setCount(count + 1) })
    return <Mount component={new Counter()} />
  }
  const fresh = { again: () => {} }

  it.each<[string, () => ReactNode, RegExp]>([
    ['its first frame fails', () => <Mount component={new Broken()} />, /no picture/],
    ['it is none', () => <Mount component={{} as AnyComponent} />, /must be a component, not an object/],
    ['its name has dots', () => <Mount component={counter} name="a.b" />, /"a.b" cannot be a name/],
    [
      'it is a class without a name',
      () => <Mount component={new (class extends Counter {})()} />,
      /"" cannot be a name/,
    ],
    [
      'two have one name',
      () => [<Mount key="a" component={new Counter()} />, <Mount key="b" component={new Counter()} />],
      /two components in one window are called "Counter"/,
    ],
    ['it is made at each rendering', () => <Fresh />, /another Counter has come in the place of "Counter"/],
  ])('%s', async (_, draw, message) => {
    await open(<Boundary>{draw()}</Boundary>)
    stage.run(() => fresh.again())
    await expect.poll(tree).toMatch(message)
  })
})
