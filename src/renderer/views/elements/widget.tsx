import { Fragment, Suspense, createElement, use } from 'react'
import type { FragmentInstance, ReactNode, Ref } from 'react'
import type { ElementNode } from '../../../shared/elements/node.ts'
import type { Value } from '../../../shared/value.ts'
import { Placeholder } from '../document/unknown.tsx'
import { useScene } from './context.ts'
import { viewOf } from './registry.ts'

interface WidgetViewProps {
  node: ElementNode
  /** For what the view has drawn. */
  hold: Ref<FragmentInstance>
  children: ReactNode
}

/** An element of `oriel/ui`: its view, with event props that tell the script. */
export function WidgetView({ node, hold, children }: WidgetViewProps): ReactNode {
  const view = viewOf(node[0])
  if (!view) return <Placeholder>There is no element “{node[0]}”.</Placeholder>
  // With a key it stays what it is, whether it is held or not.
  const here = (
    <Fragment key="view" ref={hold}>
      <Drawn node={node}>{children}</Drawn>
    </Fragment>
  )
  return typeof view === 'function' ? here : <Suspense fallback={null}>{here}</Suspense>
}

function Drawn({ node, children }: Omit<WidgetViewProps, 'hold'>): ReactNode {
  const { send } = useScene()
  const [name, id, { on, ref: _, ...props }] = node
  const view = viewOf(name)!
  const View = view instanceof Promise ? use(view) : view
  const events: Record<string, (payload?: Value) => Promise<Value>> = {}
  if (Array.isArray(on))
    for (const event of on as string[]) events[event] = (payload?: Value) => send(id, event, payload ?? null)
  return createElement(View, { ...props, ...events, node }, children)
}
