import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Document } from '../../../src/client/document.ts'
import { RunningSession } from '../../../src/sdk/runtime/session.ts'
import { SessionState } from '../../../src/sdk/session-state.ts'
import { show } from '../../../src/sdk/show.ts'
import { Button, Metric, TextInput } from '../../../src/sdk/ui.ts'
import { ELEMENT_EVENT } from '../../../src/shared/calls.ts'
import type { Op } from '../../../src/shared/document/types.ts'
import type { ElementNode, TreeNode, TreeProps } from '../../../src/shared/elements/node.ts'
import type { Value } from '../../../src/shared/value.ts'
import { LinkDouble } from './support/link-double.ts'

/** A session with a real document, and what a page would see and do. */
function start(name = '1') {
  const document = new Document()
  const link = Object.defineProperty(new LinkDouble(`c${name}`, `s${name}`), 'document', { value: document })
  const problems: unknown[] = []
  const session = new RunningSession({
    link: link.asLink(),
    workerId: 'w',
    scriptPath: '/scripts/a.tsx',
    onProblem: (error) => problems.push(error),
  })
  const commits: Op[][] = []
  document.onChange((event) => commits.push(event.ops))
  const tree = () => document.get('tree:w1')?.props as unknown as TreeProps
  const find = (type: string, nodes: readonly TreeNode[] = tree().nodes): ElementNode => {
    for (const node of nodes) {
      if (typeof node === 'string') continue
      if (node[0] === type) return node
      const [, , , ...children] = node
      const below = children.length > 0 && tryFind(type, children)
      if (below) return below
    }
    throw new Error(`no <${type}>`)
  }
  const tryFind = (type: string, nodes: readonly TreeNode[]) => {
    try {
      return find(type, nodes)
    } catch {
      return null
    }
  }
  const happen = (type: string, event: string, data: Value = null) =>
    link.event('w1', ELEMENT_EVENT, { revision: tree().revision, id: find(type)[1], event, data })
  return { session, document, link, problems, commits, tree, find, happen, run: <T,>(fn: () => T) => session.enter(fn) }
}

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
    const stage = start()
    await stage.run(() => show(<App />))
    expect(stage.find('Metric')[2]).toEqual({ label: 'Count', value: 0, good: 'up' })
    expect(stage.find('Button').slice(3)).toEqual(['Add'])
    stage.commits.length = 0
    await stage.happen('Button', 'onClick')
    expect(stage.find('Metric')[2]).toMatchObject({ value: 1 })
    expect(stage.commits).toEqual([[{ op: 'set', id: 'tree:w1', path: ['nodes', 0, 3, 2, 'value'], value: 1 }]])
  })

  it('follow session state, which they render again when it changes [T6]', async () => {
    class Counter extends SessionState.define({ count: z.number().default(0) }) {}
    let renders = 0
    function App() {
      renders++
      return <p>{Counter.use().count}</p>
    }
    const stage = start()
    await stage.run(() => show(<App />))
    stage.run(() => {
      Counter.get().count = 2
      Counter.get().count = 3
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([stage.find('p')[3], renders]).toEqual(['3', 2])
  })

  it('refuse payloads that do not fit, and events of elements that are gone are nobody’s [I3, I4]', async () => {
    const heard: string[] = []
    const stage = start()
    await stage.run(() => show(<TextInput label="Word" onChange={(text) => heard.push(text)} />))
    await expect(stage.happen('TextInput', 'onChange', 7)).rejects.toEqual(code('bad_value'))
    await stage.happen('TextInput', 'onChange', 'x')
    await stage.happen('TextInput', 'onSubmit', 'x')
    expect(heard).toEqual(['x'])
  })
})
