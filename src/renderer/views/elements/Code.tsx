import { useEffect, useLayoutEffect, useRef } from 'react'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { highlight } from './highlight.ts'
import { textOf } from './text-of.ts'
import type { codeElement } from '../../../shared/elements/code.ts'
import type { ElementViewProps } from './view.ts'

/** A block of code, coloured once its language is here. */
export function Code({ language, label, wrap, copy, children }: ElementViewProps<typeof codeElement>) {
  const text = textOf(children)
  const place = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    place.current!.textContent = text
  }, [text])
  useEffect(() => {
    if (!language) return
    let current = true
    void highlight(text, language).then((colored) => {
      if (colored && current) place.current?.replaceChildren(colored)
    })
    return () => {
      current = false
    }
  }, [text, language])
  return (
    <figure className="ui-code">
      {/* It scrolls, so that it has to be reached by the keyboard. */}
      <pre tabIndex={0} role="region" aria-label={label} data-wrap={wrap || undefined}>
        <code ref={place} />
      </pre>
      {copy && <CopyButton label="Copy" text={() => text} />}
    </figure>
  )
}
