import type { PropsOf } from '../../../shared/elements/define.ts'
import type { rowElement } from '../../../shared/elements/row.ts'

type FlowProps = Pick<PropsOf<typeof rowElement>, 'gap' | 'align' | 'justify'>

/** Class and attributes of what lays out its children in one direction; elements.css draws by them. */
export function flow(className: string, { gap, align, justify }: FlowProps): Record<string, string> {
  return { className, 'data-gap': gap, 'data-justify': justify, ...(align && { 'data-align': align }) }
}
