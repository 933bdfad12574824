import type { ComponentType } from 'react'
import { ElementView } from './element.tsx'
import { FieldView } from './field.tsx'
import { HtmlView } from './html.tsx'
import { ImageView } from './image.tsx'
import type { RecordViewProps } from './record.tsx'
import { ELEMENT_TAGS, FIELD_TAGS } from './tags.ts'
import { TextView } from './text.tsx'
import { UnknownView } from './unknown.tsx'

/** What draws the records of each type. Types that are HTML elements come from tags.ts. */
const VIEWS: ReadonlyMap<string, ComponentType<RecordViewProps>> = new Map<string, ComponentType<RecordViewProps>>([
  ...ELEMENT_TAGS.map((tag) => [tag, ElementView] as const),
  ...FIELD_TAGS.map((tag) => [tag, FieldView] as const),
  ['img', ImageView],
  ['text', TextView],
  ['html', HtmlView],
])

export function viewOf(type: string): ComponentType<RecordViewProps> {
  return VIEWS.get(type) ?? UnknownView
}
