import { checkHtml, checkId, checkOptionalId, isId, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import type { StoreSettings } from '../settings.ts'
import type { WidgetStore } from '../types.ts'
import { endOf } from './never.ts'
import { purger } from './statements.ts'
import type { PreparedDatabase } from './statements.ts'

export function sqliteWidgets(
  database: PreparedDatabase,
  { widgetMs, now }: StoreSettings,
  stored: StoredJson,
): WidgetStore {
  const purge = purger(() => database.run(({ widgets }) => widgets.purge.run(now())))
  return {
    async register(widgetId, html, { token, ownerWorkerId, metadata = {} } = {}) {
      const createdAt = now()
      const row = {
        widget_id: checkId(widgetId, 'widgetId'),
        html: checkHtml(html),
        token: checkOptionalId(token, 'token'),
        created_at: createdAt,
        owner_worker_id: checkOptionalId(ownerWorkerId, 'ownerWorkerId'),
        metadata: toJson(metadata, 'metadata'),
        expires_at: endOf(widgetMs, createdAt),
      }
      purge()
      database.run(({ widgets }) => widgets.register.run(row))
    },
    async get(widgetId) {
      const row = database.run(({ widgets }) => (isId(widgetId) ? widgets.get.get(widgetId, now()) : undefined))
      if (!row) return null
      return {
        widgetId,
        html: row.html,
        token: row.token,
        createdAt: row.created_at,
        ownerWorkerId: row.owner_worker_id,
        metadata: stored.object(row.metadata, 'widget metadata', widgetId),
      }
    },
    async getHtml(widgetId) {
      return database.run(({ widgets }) => (isId(widgetId) ? (widgets.html.get(widgetId, now()) ?? null) : null))
    },
    async getToken(widgetId) {
      return database.run(({ widgets }) => (isId(widgetId) ? (widgets.token.get(widgetId, now()) ?? null) : null))
    },
    async exists(widgetId) {
      return database.run(({ widgets }) => isId(widgetId) && widgets.exists.get(widgetId, now()) !== undefined)
    },
    async delete(widgetId) {
      return database.run(({ widgets }) => isId(widgetId) && widgets.delete.run(widgetId, now()).changes > 0)
    },
    async listActive() {
      return database.run(({ widgets }) => widgets.list.all(now()))
    },
    async updateHtml(widgetId, html) {
      checkHtml(html)
      return database.run(({ widgets }) => isId(widgetId) && widgets.updateHtml.run(html, widgetId, now()).changes > 0)
    },
    async updateToken(widgetId, token) {
      checkId(token, 'token')
      return database.run(
        ({ widgets }) => isId(widgetId) && widgets.updateToken.run(token, widgetId, now()).changes > 0,
      )
    },
    async count() {
      return database.run(({ widgets }) => widgets.count.get(now())!)
    },
  }
}
