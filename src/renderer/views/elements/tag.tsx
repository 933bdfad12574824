import { createElement, useCallback, useLayoutEffect, useMemo, useRef } from 'react'
import type { ReactNode, RefObject } from 'react'
import { isPlainObject } from '../../../shared/document/kinds.ts'
import { ELEMENT_EVENT } from '../../../shared/calls.ts'
import type { ElementNode, NodeProps } from '../../../shared/elements/node.ts'
import { bindElement } from '../../html/bindings.ts'
import { safeAttributes } from '../document/attributes.ts'
import { warnOnce } from '../document/element.tsx'
import { FieldSync, wantedOf } from '../document/field-sync.ts'
import { useAddress } from '../document/image.tsx'
import { ELEMENT_TAGS, FIELD_TAGS, mayHold } from '../document/tags.ts'
import { Placeholder } from '../document/unknown.tsx'
import { useScene } from './context.ts'

export interface ViewProps {
  node: ElementNode
  children: ReactNode
}

const TAGS: ReadonlySet<string> = new Set(ELEMENT_TAGS)
const FIELDS: ReadonlySet<string> = new Set(FIELD_TAGS)

/** A plain HTML element of a fixed list, with attributes of fixed lists. */
export function TagView({ node, children }: ViewProps): ReactNode {
  const [tag, , props] = node
  if (FIELDS.has(tag)) return <FieldTag node={node}>{children}</FieldTag>
  if (tag === 'img') return <ImageTag node={node}>{children}</ImageTag>
  if (!TAGS.has(tag)) return <Placeholder>There is no element “{tag}”.</Placeholder>
  if ('on' in props) return <ListeningTag node={node}>{children}</ListeningTag>
  const attributes = attributesOf(tag, props)
  return mayHold(tag) ? createElement(tag, attributes, children) : createElement(tag, attributes)
}

/** One that sends events. */
function ListeningTag({ node, children }: ViewProps): ReactNode {
  const [tag, , props] = node
  const ref = useListening<HTMLDivElement>(node)
  const Tag = tag as 'div'
  const attributes = attributesOf(tag, props)
  if (!mayHold(tag)) return <Tag {...attributes} ref={ref} />
  return (
    <Tag {...attributes} ref={ref}>
      {children}
    </Tag>
  )
}

/** `input`, `select`, `textarea`: what the person enters is theirs until the script has answered it. */
function FieldTag({ node, children }: ViewProps): ReactNode {
  const [tag, , props] = node
  const sync = useRef<FieldSync>(null)
  const ref = useListening<HTMLSelectElement>(
    node,
    useCallback((answer: Promise<unknown>) => sync.current?.onSent(answer), []),
  )
  useLayoutEffect(() => {
    const own = new FieldSync(ref.current!)
    sync.current = own
    return () => own.stop()
  }, [ref])
  useLayoutEffect(() => sync.current?.want(wantedOf(tag, props)))
  const Tag = tag as 'select'
  const attributes = attributesOf(tag, props)
  if (!mayHold(tag)) return <Tag {...attributes} ref={ref} />
  return (
    <Tag {...attributes} ref={ref}>
      {children}
    </Tag>
  )
}

function ImageTag({ node }: ViewProps): ReactNode {
  const [tag, , props] = node
  const address = useAddress(props['src'], typeof props['mime'] === 'string' ? props['mime'] : 'image/png')
  const ref = useListening<HTMLImageElement>(node)
  return <img alt="" {...attributesOf(tag, props)} src={address} ref={ref} />
}

/** Has the element send what the script listens for. Give it the ref. */
function useListening<E extends Element>(
  node: ElementNode,
  onSent?: (answer: Promise<unknown>) => void,
): RefObject<E | null> {
  const ref = useRef<E>(null)
  const { eventData } = useScene()
  const [, id, { on }] = node
  const binding = useMemo(() => {
    const names = isPlainObject(on) ? (on as Record<string, string>) : {}
    const events = Object.fromEntries(Object.keys(names).map((domEvent) => [domEvent, ELEMENT_EVENT]))
    return {
      events,
      payload: {},
      wrap: (domEvent: string, data: Parameters<typeof eventData>[2]) => eventData(id, names[domEvent]!, data),
      ...(onSent && { onSent }),
    }
  }, [on, id, eventData, onSent])
  useLayoutEffect(() => bindElement(ref.current!, binding), [binding])
  return ref
}

function attributesOf(tag: string, props: NodeProps): Record<string, unknown> {
  return safeAttributes(tag, props, (name) => warnOnce(tag, name))
}
