import type { ReactNode } from 'react'
import { ELEMENT_EVENT } from '../../../shared/calls.ts'
import { isPlainObject } from '../../../shared/document/kinds.ts'
import type { ElementNode, NodeProps } from '../../../shared/elements/node.ts'
import type { Value } from '../../../shared/value.ts'
import { bindElement } from '../../html/bindings.ts'
import type { Binding } from '../../html/bindings.ts'
import { safeAttributes } from '../document/attributes.ts'
import { warnOnce } from '../document/element.tsx'
import { FieldSync, wantedOf } from '../document/field-sync.ts'
import type { Field } from '../document/field-sync.ts'
import { useAddress } from '../document/image.tsx'
import { ELEMENT_TAGS, FIELD_TAGS, mayHold } from '../document/tags.ts'
import { Placeholder } from '../document/unknown.tsx'
import type { ElementsScene } from './context.ts'

const FIELDS: ReadonlySet<string> = new Set(FIELD_TAGS)
const TAGS: ReadonlySet<string> = new Set([...ELEMENT_TAGS, ...FIELD_TAGS, 'img'])

/** What a tag does beside being shown: it sends events, does what it is asked, and if it is a field holds what is entered. */
export class TagHold {
  readonly #scene: ElementsScene
  #element: HTMLElement | null = null
  #on: Value | undefined
  #sync: FieldSync | null = null

  constructor(scene: ElementsScene) {
    this.#scene = scene
  }

  /** Whether an element needs one. */
  static isFor([tag, , props]: ElementNode): boolean {
    return 'on' in props || 'ref' in props || FIELDS.has(tag)
  }

  /** On the page; null while it is not. */
  get element(): HTMLElement | null {
    return this.#element
  }

  /** The element's ref. */
  readonly ref = (element: HTMLElement | null): void => {
    this.#element = element
  }

  /** The element has been drawn as this. */
  follow([tag, id, props]: ElementNode): void {
    const element = this.#element
    if (!element) return
    if (FIELDS.has(tag)) {
      this.#sync ??= new FieldSync(element as Field, { keepsWhileInside: true })
      this.#sync.want(wantedOf(tag, props))
    }
    const { on } = props
    if (on === this.#on && !(this.#sync && this.#on === undefined)) return
    this.#on = on ?? {}
    bindElement(element, this.#binding(id, this.#on))
  }

  stop(): void {
    this.#sync?.stop()
  }

  #binding(id: number, on: Value): Binding {
    const names = isPlainObject(on) ? (on as Readonly<Record<string, string>>) : {}
    return {
      events: Object.fromEntries(Object.keys(names).map((domEvent) => [domEvent, ELEMENT_EVENT])),
      payload: {},
      wrap: (domEvent, data) => this.#scene.eventData(id, names[domEvent] ?? '', data),
      onSent: (answer) => this.#sync?.onSent(answer),
    }
  }
}

/** A plain HTML element of a fixed list, with attributes of fixed lists. */
export function drawTag([tag, , props]: ElementNode, children: ReactNode, hold: TagHold | null): ReactNode {
  if (!TAGS.has(tag)) return <Placeholder>There is no element “{tag}”.</Placeholder>
  if (tag === 'img') return <ImageTag props={props} hold={hold} />
  const Tag = tag as 'div'
  const attributes = attributesOf(tag, props)
  if (!mayHold(tag)) return <Tag {...attributes} ref={hold?.ref} />
  return (
    <Tag {...attributes} ref={hold?.ref}>
      {children}
    </Tag>
  )
}

function ImageTag({ props, hold }: { props: NodeProps; hold: TagHold | null }): ReactNode {
  const { src, mime } = props
  const address = useAddress(src, typeof mime === 'string' ? mime : 'image/png')
  return <img alt="" {...attributesOf('img', props)} src={address} ref={hold?.ref} />
}

function attributesOf(tag: string, given: NodeProps): Record<string, unknown> {
  const { ref: _, ...props } = given
  return safeAttributes(tag, props, (name) => warnOnce(tag, name))
}
