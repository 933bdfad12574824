import { createContext, createElement, use, useEffect, useState } from 'react'
import type { Key, ReactNode } from 'react'
import { mountElement } from '../../shared/elements/mount.ts'
import { OrielError } from '../../shared/errors.ts'
import { describe } from '../check.ts'
import type { Mounts } from '../component-view/mounts.ts'
import type { AnyComponent } from '../components/component.ts'
import { isComponent } from '../widget-content.ts'
import { element } from './element.ts'

/** What a Mount takes. */
export interface MountProps {
  /** The component, made once: outside of what is rendered, or in `useState(() => new Counter())`. */
  component: AnyComponent
  /**
   * Under which its state is kept, within its window: at most 100 characters without dots and slashes. Default: the
   * `componentId` it was made with, else the name of its class.
   */
  name?: string
  key?: Key
}

/** Where components of the widget are kept that is rendered. */
export const MountsContext = createContext<Mounts | null>(null)

const Drawn = element(mountElement)

/**
 * A component of `oriel/components` among elements. Its events go to it and its state is kept with the session, as in a
 * window of its own. What mounting it or its first frame throws goes to the next error boundary.
 */
export function Mount({ component, name: given }: MountProps): ReactNode {
  const mounts = use(MountsContext)
  if (!mounts) throw new OrielError('bad_value', '<Mount> stands among elements that are shown: show(<App />).')
  if (!isComponent(component))
    throw new OrielError('bad_value', `<Mount> component must be a component, not ${describe(component)}.`)
  const name = mounts.nameOf(component, given)
  const [first, setFirst] = useState({ name, component })
  const [failure, setFailure] = useState<{ of: AnyComponent; error: unknown } | null>(null)
  // By its name it would take up what the other has left.
  if (first.name === name && first.component !== component) throw isAnother(component, given)
  if (first.name !== name) setFirst({ name, component })
  useEffect(
    () => mounts.add(name, component, (error) => setFailure({ of: component, error })),
    [mounts, name, component],
  )
  if (failure?.of === component) throw failure.error
  return createElement(Drawn, { component: name })
}

function isAnother({ constructor }: AnyComponent, name = constructor.name): OrielError {
  return new OrielError(
    'bad_value',
    `<Mount>: another ${constructor.name} has come in the place of ${JSON.stringify(name)}. Give each a name="…" of its own; if it is meant to be the same, make it once: useState(() => new ${constructor.name}()).`,
  )
}
