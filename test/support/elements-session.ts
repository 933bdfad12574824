import { Document } from '../../src/client/document.ts'
import { RunningSession } from '../../src/sdk/runtime/session.ts'
import { ELEMENT_EVENT } from '../../src/shared/calls.ts'
import type { Op } from '../../src/shared/document/types.ts'
import type { ElementNode, TreeNode, TreeProps } from '../../src/shared/elements/node.ts'
import type { Value } from '../../src/shared/value.ts'
import { LinkDouble } from '../unit/sdk/support/link-double.ts'

/** A session with a real document, what a page would see of its elements, and what a page would say of them. */
export function startElements({ name = '1', document = new Document() } = {}) {
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
  /** The end of a turn, when what was set off is rendered. */
  const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
  const tree = () => document.get('tree:w1')?.props as unknown as TreeProps
  const all = (type: string) => elementsIn(tree().nodes).filter((node) => node[0] === type)
  const find = (type: string) => {
    const [found] = all(type)
    if (!found) throw new Error(`no <${type}>`)
    return found
  }
  const happen = (type: string, event: string, data: Value = null) =>
    link.event('w1', ELEMENT_EVENT, { revision: tree().revision, id: find(type)[1], event, data })
  const run = <T>(fn: () => T): T => session.enter(fn)
  /** What is shown, as HTML without attributes. */
  const html = () => markup(tree().nodes)
  return { session, document, link, problems, commits, tree, all, find, happen, run, turn, html }
}

function elementsIn(nodes: readonly TreeNode[]): ElementNode[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...elementsIn(childrenOf(node))]))
}

function childrenOf([, , , ...children]: ElementNode): readonly TreeNode[] {
  return children
}

function markup(nodes: readonly TreeNode[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : `<${node[0]}>${markup(childrenOf(node))}</${node[0]}>`))
    .join('')
}
