import type { CSSProperties } from 'react'
import type { textElement } from '../../../shared/elements/text.ts'
import type { ElementViewProps } from './view.ts'

/** A paragraph, or with `inline` a part of one. */
export function Text({ size, tone, bold, align, mono, inline, lines, children }: ElementViewProps<typeof textElement>) {
  const Tag = inline ? 'span' : 'p'
  return (
    <Tag
      className="ui-text"
      data-size={size}
      data-tone={tone}
      data-bold={bold || undefined}
      data-align={align}
      data-mono={mono || undefined}
      {...(lines && { 'data-lines': lines, style: { '--ui-lines': lines } as CSSProperties })}
    >
      {children}
    </Tag>
  )
}
