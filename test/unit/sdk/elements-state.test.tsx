import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'
import { useEffect, useState } from 'react'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { Document } from '../../../src/client/document.ts'
import { session } from '../../../src/sdk/context.ts'
import { SessionState } from '../../../src/sdk/session-state.ts'
import { useSessionState } from '../../../src/sdk/session-state/session-values.ts'
import { show } from '../../../src/sdk/show.ts'
import { startElements } from '../../support/elements-session.ts'

class Counter extends SessionState.define({ count: z.number().default(0), tags: z.array(z.string()).default([]) }) {}

const code = (expected: string) => expect.objectContaining({ name: 'OrielError', code: expected })

describe('session state in components', () => {
  it('renders those that use it, once for all changes of a turn, and not those that get it [T5, T6]', async () => {
    const renders = { use: 0, get: 0 }
    function Uses() {
      renders.use++
      const { count, tags } = Counter.use()
      return <p>{`${count} ${tags.join('')}`}</p>
    }
    function Gets() {
      renders.get++
      return <i>{Counter.get().count}</i>
    }
    const stage = startElements()
    await stage.run(() =>
      show(
        <>
          <Uses />
          <Gets />
        </>,
      ),
    )
    const counter = stage.run(() => Counter.get())
    counter.count = 1
    counter.count = 2
    counter.tags.push('a', 'b')
    await stage.turn()
    expect([stage.html(), renders]).toEqual(['<p>2 ab</p><i>0</i>', { use: 2, get: 1 }])

    counter.count = 2
    counter.tags[0] = 'a'
    await stage.turn()
    counter.count = 5
    counter.count = 2
    await stage.turn()
    expect(renders.use).toBe(2)
  })

  it('renders nothing for a value that is equal, NaN included [T6]', async () => {
    class Reading extends SessionState.define({ value: z.nan().or(z.number()).default(Number.NaN) }) {}
    let renders = 0
    function App() {
      renders++
      return <p>{Reading.use().value}</p>
    }
    const stage = startElements()
    await stage.run(() => show(<App />))
    stage.run(() => (Reading.get().value = Number.NaN))
    await stage.turn()
    expect([stage.html(), renders]).toEqual(['<p>NaN</p>', 1])
  })

  it('holds no subscription of what is unmounted [T6]', async () => {
    let hide: () => void = () => {}
    let renders = 0
    function Inner() {
      renders++
      return <p>{Counter.use().count}</p>
    }
    function App() {
      const [shown, setShown] = useState(true)
      hide = () => setShown(false)
      return shown ? <Inner /> : <i>gone</i>
    }
    const stage = startElements()
    await stage.run(() => show(<App />))
    stage.run(() => hide())
    await stage.turn()
    stage.run(() => Counter.get().count++)
    await stage.turn()
    expect([stage.html(), renders]).toEqual(['<i>gone</i>', 1])
  })

  it('is refused outside of rendering, in handlers and effects too [T5]', async () => {
    const stage = startElements()
    expect(() => stage.run(() => Counter.use())).toThrow(code('bad_usage'))
    await stage.run(() => show(<button onClick={() => Counter.use()}>x</button>))
    await expect(stage.happen('button', 'onClick', {})).rejects.toEqual(code('bad_usage'))
    expect(() => Counter.use()).toThrow(code('no_session'))
    expect(() => stage.run(() => useSessionState('a', 1))).toThrow(code('bad_usage'))
  })

  it('shows what others change, and is there again in the next run [T12, T13]', async () => {
    function App() {
      return <p>{Counter.use().count}</p>
    }
    const document = new Document()
    const stage = startElements({ document })
    await stage.run(() => show(<App />))
    stage.run(() => (Counter.get().count = 41))
    await stage.turn()
    await stage.session.close()
    const next = startElements({ document })
    await next.run(() => show(<App />))
    expect(next.html()).toBe('<p>41</p>')
  })

  it('is there while components clean up as the session ends, and what they change is kept [T11]', async () => {
    const log: string[] = []
    class Visits extends SessionState.define({ last: z.string().default('') }) {
      [Symbol.dispose]() {
        log.push(`disposed ${this.last}`)
      }
    }
    function App() {
      const visits = Visits.use()
      useEffect(
        () => () => {
          visits.last = 'cleaned up'
          log.push(`unmounted ${Visits.get() === visits}`)
        },
        [visits],
      )
      return <p>{visits.last || 'here'}</p>
    }
    const document = new Document()
    const stage = startElements({ document })
    await stage.run(() => {
      session.onClose(() => log.push(`closed ${Visits.get().last}`))
      return show(<App />)
    })
    await stage.session.close()
    expect(log).toEqual(['unmounted true', 'closed cleaned up', 'disposed cleaned up'])
    // What a window shows stays until the script shows something else.
    expect([stage.html(), stage.problems]).toEqual(['<p>here</p>', []])
    expect(document.get('state:Visits')?.props).toEqual({ last: 'cleaned up' })
    const next = startElements({ document })
    await next.run(() => show(<App />))
    expect(next.html()).toBe('<p>cleaned up</p>')
  })

  it('can be collected after the session, with the components that used it [T11]', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const gone: WeakRef<object>[] = []
    function App() {
      const counter = Counter.use()
      const [own] = useState(() => ({ of: 'this component' }))
      const [, setSize] = useSessionState('size', 1)
      useEffect(() => {
        gone.push(new WeakRef(counter), new WeakRef(own))
      }, [counter, own])
      return <button onClick={() => setSize((size) => size + counter.count++)}>x</button>
    }
    await (async () => {
      const stage = startElements()
      await stage.run(() => show(<App />))
      await stage.happen('button', 'onClick', {})
      gone.push(new WeakRef(stage.session))
      await stage.session.close()
    })()
    // React keeps what it has rendered last until it renders the next.
    const other = startElements({ name: '2' })
    await other.run(() => show(<p>other</p>))
    for (let i = 0; i < 20 && gone.some((each) => each.deref()); i++) {
      await other.turn()
      collect()
    }
    expect([gone.length, gone.map((each) => each.deref())]).toEqual([3, [undefined, undefined, undefined]])
  })

  it('single values have a key: stored, shared by all that name it, set by value or function [T15]', async () => {
    const setters: ((next: number | ((n: number) => number)) => void)[] = []
    function One({ at }: { at: number }) {
      const [value, setValue] = useSessionState('size', 10)
      expectTypeOf(value).toEqualTypeOf<number>()
      setters[at] = setValue
      return <p>{value}</p>
    }
    function App() {
      return (
        <>
          <One at={0} />
          <One at={1} />
        </>
      )
    }
    const document = new Document()
    const stage = startElements({ document })
    await stage.run(() => show(<App />))
    const [first] = setters
    stage.run(() => {
      setters[0]!((n) => n + 1)
      setters[1]!((n) => n + 1)
    })
    await stage.turn()
    expect([stage.html(), setters[0]]).toEqual(['<p>12</p><p>12</p>', first])
    await stage.session.close()
    const next = startElements({ document })
    await next.run(() => show(<App />))
    expect(next.html()).toBe('<p>12</p><p>12</p>')
  })

  it('initialize gives every class of the script its instance, and keeps those that are there [T2]', () => {
    class Other extends SessionState.define({ n: z.number().default(1) }) {}
    const stage = startElements()
    stage.run(() => {
      Counter.get().count = 3
      const all = SessionState.initialize(Counter, Other)
      expect((all.get(Counter) as Counter).count).toBe(3)
      expect(all.get(Other)).toBe(Other.get())
      expect(SessionState.initialize().get(Counter)).toBe(all.get(Counter))
    })
  })
})
