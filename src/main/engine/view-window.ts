import { randomId } from '../../shared/ids.ts'
import { widgetRecordId } from '../../shared/records.ts'
import type { WidgetContent, WidgetProps } from '../../shared/records.ts'
import type { Room } from './room.ts'

/** The window of a script's error. */
export const ERROR_WIDGET_ID = 'oriel-error'

type View = Extract<WidgetContent, { kind: 'view' }>['view']

/** Writes the record of a window that shows one of the renderer's own views. */
export function putViewWidget(
  room: Room,
  widgetId: string,
  view: View,
  options: Pick<WidgetProps, 'title' | 'width' | 'height'> & Partial<WidgetProps>,
): void {
  const props: WidgetProps = {
    content: { kind: 'view', view },
    revision: randomId(8),
    patches: {},
    theme: 'system',
    resizable: true,
    x: null,
    y: null,
    ...options,
    widgetId,
  }
  const record = { id: widgetRecordId(widgetId), type: 'widget', scope: 'view' as const, props: { ...props } }
  room.edit([{ op: 'put', record }])
}
