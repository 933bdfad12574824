import { useLayoutEffect, useRef } from 'react'
import { mountedRecordId } from '../../../shared/records.ts'
import type { ComponentHtml } from '../../../shared/records.ts'
import type { mountElement } from '../../../shared/elements/mount.ts'
import { ComponentFrames } from '../../html/component-frames.ts'
import { morphInside } from '../../html/morph.ts'
import { parseInside } from '../../html/parse.ts'
import { COMPONENT_ATTRIBUTE } from '../../html/triggers.ts'
import { useScene } from './context.ts'
import type { ElementViewProps } from './view.ts'

const NOTHING: readonly string[] = []

/** A component's HTML among elements. What is in its place is the component's alone: React puts nothing there. */
export function Mount({ component }: ElementViewProps<typeof mountElement>) {
  const { document: session, predictions } = useScene()
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const target = place.current!
    const id = mountedRecordId(component)
    let parts: readonly string[] = []
    const frames = new ComponentFrames()
    const draw = (): void => {
      const html = session.get(id)?.props as unknown as ComponentHtml | undefined
      if ((html?.parts ?? NOTHING) === parts) return
      parts = html?.parts ?? NOTHING
      predictions.drawUnder(() => {
        if (!frames.draw(target, parts)) morphInside(target, parseInside(target, parts.join('')))
      })
    }
    draw()
    return session.onChange(draw, { id })
  }, [session, predictions, component])
  return <div className="ui-mount" {...{ [COMPONENT_ATTRIBUTE]: component }} ref={place} />
}
