import { checkHtml, checkId, checkOptionalId, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import type { StoreSettings } from '../settings.ts'
import type { WidgetStore } from '../types.ts'
import type { MemoryTables } from './tables.ts'

/** `open` throws once the stores are closed. */
export function memoryWidgets(
  { widgets }: MemoryTables,
  { widgetMs, now }: StoreSettings,
  stored: StoredJson,
  open: () => void,
): WidgetStore {
  const update = (widgetId: string, change: { html: string } | { token: string }): boolean => {
    const row = widgets.get(widgetId)
    if (row) Object.assign(row, change)
    return row !== undefined
  }
  return {
    async register(widgetId, html, { token, ownerWorkerId, metadata = {} } = {}) {
      open()
      const createdAt = now()
      const row = {
        html: checkHtml(html),
        token: checkOptionalId(token, 'token'),
        createdAt,
        ownerWorkerId: checkOptionalId(ownerWorkerId, 'ownerWorkerId'),
        metadata: toJson(metadata, 'metadata'),
      }
      widgets.set(checkId(widgetId, 'widgetId'), row, widgetMs === null ? Infinity : createdAt + widgetMs)
    },
    async get(widgetId) {
      open()
      const row = widgets.get(widgetId)
      return row ? { widgetId, ...row, metadata: stored.object(row.metadata, 'widget metadata', widgetId) } : null
    },
    async getHtml(widgetId) {
      open()
      return widgets.get(widgetId)?.html ?? null
    },
    async getToken(widgetId) {
      open()
      return widgets.get(widgetId)?.token ?? null
    },
    async exists(widgetId) {
      open()
      return widgets.has(widgetId)
    },
    async delete(widgetId) {
      open()
      return widgets.delete(widgetId)
    },
    async listActive() {
      open()
      return widgets.keys()
    },
    async updateHtml(widgetId, html) {
      open()
      return update(widgetId, { html: checkHtml(html) })
    },
    async updateToken(widgetId, token) {
      open()
      return update(widgetId, { token: checkId(token, 'token') })
    },
    async count() {
      open()
      return widgets.size
    },
  }
}
