import { Component, Suspense, createContext, use, useContext, useEffect, useState, useTransition } from 'react'
import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { session } from '../../../src/sdk/context.ts'
import { show } from '../../../src/sdk/show.ts'
import { Button, Image, Json, Log, Metric, TextInput } from '../../../src/sdk/ui.ts'
import { parseOps } from '../../../src/shared/document/validate.ts'
import { startElements } from '../../support/elements-session.ts'

const code = (expected: string) => expect.objectContaining({ name: 'OrielError', code: expected })

describe('elements', () => {
  it('are kept in the document, and a handler renders again before it is answered [I1, I3]', async () => {
    function App() {
      const [count, setCount] = useState(0)
      return (
        <div className="app">
          <Metric label="Count" value={count} />
          <Button onClick={() => setCount(count + 1)}>Add</Button>
        </div>
      )
    }
    const stage = startElements()
    await stage.run(() => show(<App />))
    expect(stage.find('Metric')[2]).toEqual({ label: 'Count', value: 0, good: 'up' })
    expect(stage.find('Button').slice(3)).toEqual(['Add'])
    stage.commits.length = 0
    await stage.happen('Button', 'onClick')
    expect(stage.find('Metric')[2]).toMatchObject({ value: 1 })
    expect(stage.commits).toEqual([[{ op: 'set', id: 'tree:w1', path: ['nodes', 0, 3, 2, 'value'], value: 1 }]])
  })

  it('refuse payloads that do not fit, and events of elements that are gone are nobody’s [I3, I4]', async () => {
    const heard: string[] = []
    const stage = startElements()
    await stage.run(() => show(<TextInput label="Word" onChange={(text) => heard.push(text)} />))
    await expect(stage.happen('TextInput', 'onChange', 7)).rejects.toEqual(code('bad_value'))
    await stage.happen('TextInput', 'onChange', 'x')
    await stage.happen('TextInput', 'onSubmit', 'x')
    expect(heard).toEqual(['x'])
  })

  it('keep the others where some come, go or change places: one op for each parent [I2]', async () => {
    let set: (names: string[]) => void = () => {}
    let setSuffix: (suffix: string) => void = () => {}
    function List() {
      const [suffix, set2] = useState('')
      setSuffix = set2
      const [names, setNames] = useState(['a', 'b', 'c', 'd'])
      set = setNames
      return (
        <ul>
          {names.map((name) => (
            <li key={name}>{name + suffix}</li>
          ))}
        </ul>
      )
    }
    const stage = startElements()
    await stage.run(() => show(<List />))
    const idOf = (name: string) => stage.all('li').find((node) => node[3] === name)?.[1]
    const before = ['a', 'b', 'c', 'd'].map(idOf)
    const change = async (...names: string[]) => {
      stage.commits.length = 0
      stage.run(() => set(names))
      await stage.turn()
      expect(stage.all('li').map((node) => node[3])).toEqual(names)
      expect(stage.commits).toHaveLength(1)
      return stage.commits[0]!.map((op) => op.op)
    }
    expect(await change('a', 'x', 'y', 'z', 'b', 'c', 'd')).toEqual(['splice'])
    expect(await change('a', 'y', 'b', 'd')).toEqual(['splice', 'splice', 'splice'])
    expect(await change('d', 'y', 'b', 'a')).toEqual(['splice'])
    expect(await change('c', 'd', 'b', 'a')).toHaveLength(2)
    expect(['a', 'b', 'd'].map(idOf)).toEqual([before[0], before[1], before[3]])
    const many = Array.from({ length: 1000 }, (_, i) => `n${i}`)
    expect(await change(...many)).toEqual(['splice'])
    stage.commits.length = 0
    stage.run(() => setSuffix('!'))
    await stage.turn()
    expect([stage.commits.map((ops) => ops.map(({ op }) => op)), stage.all('li')[999]![3]]).toEqual([
      [['splice']],
      'n999!',
    ])
    setSuffix('')
    await stage.turn()
    expect(await change()).toEqual(['splice'])
  })

  it('that hold a list send what is new of it: a log its new lines, and those that left [I2]', async () => {
    let lines: string[] = []
    let redraw: (next: string[]) => void = () => {}
    function App() {
      const [now, set] = useState(lines)
      redraw = set
      return <Log lines={now} maxLines={1000} />
    }
    const stage = startElements()
    const say = async (change: (before: string[]) => string[]) => {
      lines = change(lines)
      stage.commits.length = 0
      stage.run(() => redraw(lines))
      await stage.turn()
      expect(stage.find('Log')[2]).toMatchObject({
        lines: lines.slice(-1000),
        earlier: Math.max(0, lines.length - 1000),
      })
      return stage.commits.flat().map((op) => {
        if (op.op === 'splice') return [op.index, op.remove, op.insert]
        return op.op === 'set' ? [op.path.at(-1), op.value] : op
      })
    }
    await stage.run(() => show(<App />))
    // A line that is there again and again does not confuse it.
    await say(() => Array.from({ length: 999 }, (_, i) => (i % 7 === 0 ? `line ${i}` : 'again')))
    expect(await say((before) => [...before, 'again'])).toEqual([[999, 0, ['again']]])
    expect(await say((before) => [...before, 'one', 'again'])).toEqual([
      [0, 2, []],
      [998, 0, ['one', 'again']],
      ['earlier', 2],
    ])
    expect(await say((before) => before.with(500, 'changed'))).toEqual([[498, 1, ['changed']]])
    expect(await say(() => ['other'])).toEqual([
      ['lines', ['other']],
      ['earlier', 0],
    ])
    expect(await say(() => [])).toEqual([[0, 1, []]])
  })

  it('have hooks, context, effects that are cleaned up, and transitions [I1]', async () => {
    const Tone = createContext('plain')
    const log: string[] = []
    let start: () => void = () => {}
    function Line() {
      useEffect(() => {
        log.push('mounted')
        return () => void log.push('gone')
      }, [])
      return <p>{useContext(Tone)}</p>
    }
    function App() {
      const [tone, setTone] = useState('calm')
      const [pending, startTransition] = useTransition()
      start = () =>
        startTransition(async () => {
          await Promise.resolve()
          startTransition(() => setTone('loud'))
        })
      return (
        <Tone value={tone}>
          <Line />
          {pending && <i>pending</i>}
        </Tone>
      )
    }
    const stage = startElements()
    const widget = await stage.run(() => show(<App />))
    expect(stage.html()).toBe('<p>calm</p>')
    stage.run(() => start())
    await stage.turn()
    await expect.poll(() => stage.html()).toBe('<p>loud</p>')
    await stage.run(() => widget.close())
    expect(log).toEqual(['mounted', 'gone'])
    expect(stage.document.get('tree:w1')).toBeUndefined()
  })

  it('wait for what is loading, and keep what they hold meanwhile [I1]', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    let load: () => void = () => {}
    function Late({ from }: { from: Promise<string> | null }) {
      return <p>{from ? use(from) : 'early'}</p>
    }
    function App() {
      const [from, setFrom] = useState<Promise<string> | null>(null)
      load = () => setFrom(promise)
      return (
        <Suspense fallback={<i>loading</i>}>
          <b>kept</b>
          <Late from={from} />
        </Suspense>
      )
    }
    const stage = startElements()
    await stage.run(() => show(<App />))
    const kept = stage.find('b')[1]
    stage.run(() => load())
    await expect.poll(() => stage.html()).toBe('<i>loading</i>')
    stage.run(() => resolve('late'))
    await expect.poll(() => stage.html()).toBe('<b>kept</b><p>late</p>')
    expect(stage.find('b')[1]).toBe(kept)
  })

  it('that throw are caught by a boundary, else reported, and the session goes on [I5]', async () => {
    class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
      override state = { failed: false }
      static getDerivedStateFromError = () => ({ failed: true })
      override render = () => (this.state.failed ? <i>caught</i> : this.props.children)
    }
    function Bad(): ReactNode {
      throw new Error('bad')
    }
    const stage = startElements()
    const widget = await stage.run(() =>
      show(
        <Boundary>
          <Bad />
        </Boundary>,
      ),
    )
    expect([stage.html(), stage.problems]).toEqual(['<i>caught</i>', []])
    await stage.run(() => widget.update(<Bad />))
    expect([stage.html(), stage.tree().failed, stage.problems]).toEqual(['', true, [new Error('bad')]])
    await stage.run(() => widget.update(<p>well</p>))
    expect([stage.html(), stage.tree().failed]).toEqual(['<p>well</p>', false])
  })

  it('refuse props that do not fit, by name [I4]', async () => {
    const stage = startElements()
    const widget = await stage.run(() => show(<p>start</p>))
    const refused = async (content: Parameters<typeof widget.update>[0]) => {
      stage.problems.length = 0
      await stage.run(() => widget.update(content))
      return (stage.problems[0] as Error | undefined)?.message
    }
    expect(await refused(<Metric label={7 as never} value={1} />)).toMatch(/<Metric> label: .*string/)
    expect(await refused(<Button {...({ size: 1 } as object)}>x</Button>)).toMatch(/<Button>.*size/)
    expect(await refused(<Image alt="" />)).toBe('<Image>: takes one of src and stream.')
    expect(await refused(<Image alt="" src="data:," stream={{ id: 'x' }} />)).toBe(
      '<Image>: takes one of src and stream.',
    )
    expect(await refused(<Image alt="" stream={'x' as never} />)).toBe('<Image> stream: has to be an ImageStream.')
    expect(await refused(<p title={new Map() as never}>x</p>)).toMatch(/<p> title cannot be sent: it is a Map/)
    expect(await refused(<p onClick={'run()' as never}>x</p>)).toBe('<p> onClick must be a function.')
    expect(await refused(<p dangerouslySetInnerHTML={{ __html: '' }} />)).toMatch(/<Html>/)
  })

  it('can be 200 inside each other, with what their props hold, and say so if they are more [I4]', async () => {
    const nested = (depth: number, inside: ReactNode): ReactNode =>
      depth === 0 ? inside : <div>{nested(depth - 1, inside)}</div>
    const data = Array.from({ length: 60 }).reduce<unknown[]>((inner) => [inner], [])
    let set: (text: string) => void = () => {}
    function Inside() {
      const [text, setText] = useState('in')
      set = setText
      return <Json value={[text, data] as never} />
    }
    const stage = startElements()
    const widget = await stage.run(() => show(<>{nested(199, <Inside />)}</>))
    expect(stage.find('Json')[2]).toMatchObject({ value: ['in', data] })
    // What the room and the windows check.
    const ops = () => parseOps(structuredClone(stage.commits.at(-1)))
    expect(ops()).toHaveLength(2)
    stage.run(() => set('changed'))
    await stage.turn()
    expect(stage.find('Json')[2]).toMatchObject({ value: ['changed', data] })
    expect(ops()).toHaveLength(1)
    await stage.run(() => widget.update(<>{nested(200, <b>x</b>)}</>))
    const message = expect.stringContaining('at most 200 inside')
    expect(stage.problems).toEqual([expect.objectContaining({ code: 'bad_value', message })])
  })

  it('have handlers that run in the session, with the window that the event is from [I3]', async () => {
    const heard: unknown[] = []
    function App() {
      const id = session.get('sessionId')
      return (
        <Button
          onClick={async () => {
            await Promise.resolve()
            heard.push(id, session.get('clientId'), session.get('connectionId'), session.get('widgetId'))
          }}
        >
          Go
        </Button>
      )
    }
    const [one, two] = [startElements({ name: '1' }), startElements({ name: '2' })]
    await one.run(() => show(<App />))
    await two.run(() => show(<App />))
    await Promise.all([two.happen('Button', 'onClick'), one.happen('Button', 'onClick')])
    expect(heard).toEqual(['s2', 'c2', 'window-1', 'w1', 's1', 'c1', 'window-1', 'w1'])
  })

  it('are rendered in their own session, whoever sets it off, and once for many events of a turn [I2, I3]', async () => {
    const stages = Array.from({ length: 20 }, (_, i) => startElements({ name: String(i) }))
    const renders: string[] = []
    const setters = new Map<string, (change: (n: number) => number) => void>()
    function App() {
      const client = session.get('clientId')
      const [n, setN] = useState(0)
      setters.set(client, setN)
      renders.push(client)
      const [, startTransition] = useTransition()
      setters.set(`later ${client}`, (change) => startTransition(() => setN(change)))
      useEffect(() => void (session.get('clientId') !== client && renders.push('strange effect')))
      return <p>{`${session.get('clientId')} ${n}`}</p>
    }
    for (const stage of stages) await stage.run(() => show(<App />))
    renders.length = 0
    // All from within the first session.
    stages[0]!.run(() => {
      for (let i = 0; i < 20; i++) {
        setters.get(`c${i}`)!((n) => n + 1)
        setters.get(`c${i}`)!((n) => n + 1)
      }
    })
    await stages[0]!.turn()
    expect(renders).toHaveLength(20)
    stages[0]!.run(() => {
      for (let i = 0; i < 20; i++) setters.get(`later c${i}`)!((n) => n + 1)
    })
    await expect.poll(() => stages.map((stage) => stage.html())).toEqual(stages.map((_, i) => `<p>c${i} 3</p>`))
    expect(stages.flatMap(({ problems }) => problems)).toEqual([])
    expect(renders).not.toContain('strange effect')
  })
})
