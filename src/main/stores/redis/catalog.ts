import type { Log } from '../../log.ts'
import { sessionDamaged, unknownSession } from '../checks.ts'
import { unescapeId } from '../state/redis/keys.ts'
import type { SessionCatalog, SessionEntry, SessionState, WidgetPlacement } from '../types.ts'
import { LIST, MEMBERS, PLACE, REMOVE, SAVE, UPDATE } from './scripts.ts'
import type { SavedSessions } from './server.ts'

/** Sessions that one call goes over. */
const SLICE = 200

const FIELDS = [
  'clientId',
  'scriptPath',
  'arguments',
  'title',
  'state',
  'pid',
  'createdAt',
  'lastUsedAt',
  'order',
] as const
type Row = (string | null)[]

/** The catalog on Redis. What has no value is kept as empty text. */
export function redisCatalog(server: SavedSessions, log: Log): SessionCatalog {
  const list = async (): Promise<SessionEntry[]> => {
    const members = await server.index<string[]>(MEMBERS)
    const found: { entry: SessionEntry; order: number }[] = []
    for (let from = 0; from < members.length; from += SLICE) {
      const args = [server.keys.start('saved'), String(FIELDS.length), ...FIELDS, ...members.slice(from, from + SLICE)]
      for (const [member, row] of await server.index<[string, Row][]>(LIST, args)) {
        try {
          found.push({ entry: toEntry(unescapeId(member), row), order: Number(row[FIELDS.length - 1]) })
        } catch (error) {
          log.error('a saved session cannot be read', { error: String(error) })
        }
      }
    }
    return found.sort((a, b) => b.entry.lastUsedAt - a.entry.lastUsedAt || b.order - a.order).map(({ entry }) => entry)
  }

  return {
    async save(entry) {
      await server.script(SAVE, entry.sessionId, fieldsOf(entry))
    },
    async get(sessionId) {
      const row = await server.run<Row>('HMGET', server.keys.saved(sessionId), ...FIELDS)
      return row.at(-1) === null ? null : toEntry(sessionId, row)
    },
    list,
    async findByScript(scriptPath) {
      return (await list()).find((entry) => entry.scriptPath === scriptPath) ?? null
    },
    async update(sessionId, change) {
      return (await server.script<number>(UPDATE, sessionId, fieldsOf(change))) === 1
    },
    async remove(sessionId) {
      return (await server.script<number>(REMOVE, sessionId)) === 1
    },
    async savePlacement(sessionId, { widgetId, title, bounds, open }) {
      const value = JSON.stringify({ title, bounds, open })
      if ((await server.script<number>(PLACE, sessionId, [widgetId, value])) === 0) throw unknownSession(sessionId)
    },
    async listPlacements(sessionId) {
      const flat = await server.run<string[]>('HGETALL', `${server.keys.saved(sessionId)}:placements:0`)
      const placed: { place: number; placement: WidgetPlacement }[] = []
      for (let i = 0; i < flat.length; i += 2) {
        const [place = '', ...rest] = flat[i + 1]!.split(' ')
        try {
          const { title, bounds, open } = JSON.parse(rest.join(' ')) as WidgetPlacement
          placed.push({ place: Number(place), placement: { widgetId: flat[i]!, title, bounds, open } })
        } catch (error) {
          throw sessionDamaged(sessionId, error)
        }
      }
      return placed.sort((a, b) => a.place - b.place).map(({ placement }) => placement)
    },
  }
}

/** Names and values of what is given; undefined is not. */
function fieldsOf(change: Partial<SessionEntry>): string[] {
  return FIELDS.flatMap((name) => {
    if (name === 'order') return []
    const value = change[name]
    if (value === undefined) return []
    if (typeof value === 'number') return [name, String(Math.round(value))]
    return [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? '')]
  })
}

function toEntry(sessionId: string, row: Row): SessionEntry {
  const [clientId, scriptPath, args, title, state, pid, createdAt, lastUsedAt] = row.map((value) => value ?? '')
  try {
    return {
      sessionId,
      clientId: clientId!,
      scriptPath: scriptPath === '' ? null : scriptPath!,
      arguments: JSON.parse(args!) as Record<string, string>,
      title: title!,
      state: state as SessionState,
      pid: pid === '' ? null : Number(pid),
      createdAt: Number(createdAt),
      lastUsedAt: Number(lastUsedAt),
    }
  } catch (error) {
    throw sessionDamaged(sessionId, error)
  }
}
