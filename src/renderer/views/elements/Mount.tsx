import { useLayoutEffect, useRef } from 'react'
import { mountedRecordId } from '../../../shared/records.ts'
import type { ComponentHtml } from '../../../shared/records.ts'
import type { mountElement } from '../../../shared/elements/mount.ts'
import { drawHtml } from '../../html/content.ts'
import { COMPONENT_ATTRIBUTE } from '../../html/triggers.ts'
import { useScene } from './context.ts'
import type { ElementViewProps } from './view.ts'

/** A component's HTML among elements. What is in its place is the component's alone: React puts nothing there. */
export function Mount({ component }: ElementViewProps<typeof mountElement>) {
  const { document: session, predictions } = useScene()
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const target = place.current!
    const id = mountedRecordId(component)
    let parts: readonly string[] | null = null
    const draw = (): void => {
      const html = session.get(id)?.props as unknown as ComponentHtml | undefined
      if (html?.parts === parts) return
      parts = html?.parts ?? null
      predictions.drawUnder(() => drawHtml(target, parts?.join('') ?? ''))
    }
    draw()
    return session.onChange(draw, { id })
  }, [session, predictions, component])
  return <div className="ui-mount" {...{ [COMPONENT_ATTRIBUTE]: component }} ref={place} />
}
