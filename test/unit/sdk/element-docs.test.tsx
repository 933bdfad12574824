import { createElement, Fragment, useState } from 'react'
import type { ReactNode } from 'react'
import { transform } from 'esbuild'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Document } from '../../../src/client/document.ts'
import { RunningSession } from '../../../src/sdk/runtime/session.ts'
import { Component } from '../../../src/sdk/components.ts'
import { show } from '../../../src/sdk/show.ts'
import * as ui from '../../../src/sdk/ui.ts'
import { LinkDouble } from './support/link-double.ts'

const DOCS = readFileSync(new URL('../../../docs/elements.md', import.meta.url), 'utf8')
/** Name of an element → the code below its heading. */
const CODE = new Map(
  [...DOCS.matchAll(/\n#### (\w+)\n[^]*?```tsx\n([^]*?)\n```/g)].map(([, name, code]) => [name!, code!]),
)

it('every element has its section, with a piece of code and a table of its props [I32]', () => {
  // Tables and charts have their sections where the data is explained.
  const data = readFileSync(new URL('../../../docs/data.md', import.meta.url), 'utf8')
  const there = [...data.matchAll(/\n## (Table|Chart|LineStream)\n[^#]*```tsx/g)].map(([, name]) => name!)
  expect([...CODE.keys(), ...there].toSorted()).toEqual(Object.keys(ui).toSorted())
  // Of these a script's props are not those that a page has.
  const own = ['Form', 'Mount']
  for (const name of CODE.keys()) {
    if (!own.includes(name)) expect(DOCS).toContain(`<!-- props: ${name} -->`)
  }
})

class Counter extends Component {
  override render() {
    return '<p>0</p>'
  }
}

/** What pieces of code use beside elements. */
type Scope = Record<string, unknown>
type Piece = (scope: Scope) => ReactNode

async function compile(code: string): Promise<Piece> {
  const { code: body } = await transform(`(${code})`, { loader: 'tsx', jsxFactory: 'h', jsxFragment: 'Fragment' })
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is the page of the docs that is tested
  const run = new Function('scope', `with (scope) return ${body}`) as (scope: Scope) => ReactNode
  return (scope) => run({ ...ui, z, h: createElement, Fragment, ...scope })
}

describe('the code of each section is rendered [I32]', () => {
  it.each([...CODE])('%s', async (name, code) => {
    const piece = await compile(code)
    function App() {
      const [text, setName] = useState('Ada')
      const [count, setCount] = useState(0)
      const [isAsking, setAsking] = useState(true)
      const [counter] = useState(() => new Counter())
      const picture = new Uint8Array([1])
      return piece({ counter, name: text, setName, count, setCount, isAsking, setAsking, picture })
    }
    const document = new Document()
    const link = Object.defineProperty(new LinkDouble('c', 's'), 'document', { value: document })
    const problems: unknown[] = []
    const session = new RunningSession({
      link: link.asLink(),
      workerId: 'w',
      scriptPath: '/scripts/a.tsx',
      onProblem: (error) => problems.push(error),
    })
    await session.enter(() => show(<App />))
    expect(problems).toEqual([])
    expect(JSON.stringify(document.get('tree:w1')?.props)).toContain(`["${name}",`)
  })
})
