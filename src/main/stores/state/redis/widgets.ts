import { checkHtml, checkId, checkOptionalId, isId, toJson } from '../checks.ts'
import type { StoredJson } from '../damage.ts'
import type { StoreSettings } from '../settings.ts'
import type { WidgetStore } from '../types.ts'
import { escapeId, unescapeId } from './keys.ts'
import type { Keys } from './keys.ts'
import type { RedisLink } from './pool.ts'
import { fieldsOf, lifetimeText } from './records.ts'
import { DELETE_WIDGET, LIST_WIDGETS, REGISTER_WIDGET, UPDATE_WIDGET } from './scripts.ts'

type Row = [html: string | null, token: string | null, createdAt: string, owner: string | null, metadata: string | null]

export function redisWidgets(
  redis: RedisLink,
  keys: Keys,
  { widgetMs }: StoreSettings,
  stored: StoredJson,
): WidgetStore {
  const update = async (widgetId: string, field: string, value: string): Promise<boolean> =>
    isId(widgetId) && (await redis.script<number>(UPDATE_WIDGET, [keys.widget(widgetId)], [field, value])) === 1
  const field = async (widgetId: string, name: string): Promise<string | null> =>
    isId(widgetId) ? redis.run<string | null>('HGET', keys.widget(widgetId), name) : null
  return {
    async register(widgetId, html, { token, ownerWorkerId, metadata = {} } = {}) {
      const fields = fieldsOf({
        html: checkHtml(html),
        token: checkOptionalId(token, 'token'),
        owner: checkOptionalId(ownerWorkerId, 'ownerWorkerId'),
        metadata: toJson(metadata, 'metadata'),
      })
      const member = escapeId(checkId(widgetId, 'widgetId'))
      await redis.script(
        REGISTER_WIDGET,
        [keys.widget(widgetId), keys.widgets],
        [member, lifetimeText(widgetMs), ...fields],
      )
    },
    async get(widgetId) {
      if (!isId(widgetId)) return null
      const row = await redis.run<Row>(
        'HMGET',
        keys.widget(widgetId),
        'html',
        'token',
        'createdAt',
        'owner',
        'metadata',
      )
      const [html, token, createdAt, ownerWorkerId, metadata] = row
      if (html === null) return null
      return {
        widgetId,
        html,
        token,
        createdAt: Number(createdAt),
        ownerWorkerId,
        metadata: stored.object(metadata, 'widget metadata', widgetId),
      }
    },
    getHtml: (widgetId) => field(widgetId, 'html'),
    getToken: (widgetId) => field(widgetId, 'token'),
    async exists(widgetId) {
      return isId(widgetId) && (await redis.run<number>('EXISTS', keys.widget(widgetId))) === 1
    },
    async delete(widgetId) {
      if (!isId(widgetId)) return false
      const all = [keys.widget(widgetId), keys.widgets]
      return (await redis.script<number>(DELETE_WIDGET, all, [escapeId(widgetId)])) === 1
    },
    async listActive() {
      const members = await redis.script<string[]>(LIST_WIDGETS, [keys.widgets], [keys.start('widget'), 'list'])
      return members.map(unescapeId)
    },
    async updateHtml(widgetId, html) {
      return update(widgetId, 'html', checkHtml(html))
    },
    async updateToken(widgetId, token) {
      return update(widgetId, 'token', checkId(token, 'token'))
    },
    count: () => redis.script<number>(LIST_WIDGETS, [keys.widgets], [keys.start('widget'), 'count']),
  }
}
