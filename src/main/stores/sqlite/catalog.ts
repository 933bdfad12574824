import type { Database, Statement } from 'better-sqlite3'
import { sessionDamaged, unknownSession } from '../checks.ts'
import type { SessionEntry, SessionState, WidgetPlacement } from '../types.ts'

interface SessionRow {
  session_id: string
  client_id: string
  script_path: string
  arguments: string
  title: string
  state: string
  pid: number | null
  created_at: number
  last_used_at: number
}

interface PlacementRow {
  widget_id: string
  title: string
  x: number | null
  y: number | null
  width: number | null
  height: number | null
  open: number
}

/** What stands in the place of the path of a session without a script. */
const NO_SCRIPT = ''
/** Ties are broken by the row number, later first. */
const NEWEST_FIRST = 'ORDER BY last_used_at DESC, id DESC'

/** The tables `sessions` and `placements`. Synchronous; one connection. */
export class CatalogTables {
  readonly #save: Statement
  readonly #get: Statement<[string], SessionRow>
  readonly #list: Statement<[], SessionRow>
  readonly #byScript: Statement<[string], SessionRow>
  readonly #remove: Statement<[string]>
  readonly #savePlacement: Statement
  readonly #placements: Statement<[string], PlacementRow>
  readonly #update: (sessionId: string, change: Partial<SessionEntry>) => boolean

  constructor(db: Database) {
    // An upsert and not a replace, which would take placements and document along.
    this.#save = db.prepare(`
      INSERT INTO sessions (session_id, client_id, script_path, arguments, title, state, pid, created_at, last_used_at)
      VALUES (:session_id, :client_id, :script_path, :arguments, :title, :state, :pid, :created_at, :last_used_at)
      ON CONFLICT (session_id) DO UPDATE SET client_id = excluded.client_id, script_path = excluded.script_path,
        arguments = excluded.arguments, title = excluded.title, state = excluded.state, pid = excluded.pid,
        created_at = excluded.created_at, last_used_at = excluded.last_used_at`)
    this.#get = db.prepare('SELECT * FROM sessions WHERE session_id = ?')
    this.#list = db.prepare(`SELECT * FROM sessions ${NEWEST_FIRST}`)
    this.#byScript = db.prepare(`SELECT * FROM sessions WHERE script_path = ? ${NEWEST_FIRST}`)
    this.#remove = db.prepare('DELETE FROM sessions WHERE session_id = ?')
    this.#savePlacement = db.prepare(`
      INSERT INTO placements (session, widget_id, title, x, y, width, height, open)
      SELECT id, :widget_id, :title, :x, :y, :width, :height, :open FROM sessions WHERE session_id = :session_id
      ON CONFLICT (session, widget_id) DO UPDATE SET title = excluded.title, x = excluded.x, y = excluded.y,
        width = excluded.width, height = excluded.height, open = excluded.open`)
    this.#placements = db.prepare(`
      SELECT p.* FROM placements p JOIN sessions s ON s.id = p.session WHERE s.session_id = ? ORDER BY p.id`)
    const update = db.transaction((sessionId: string, change: Partial<SessionEntry>): boolean => {
      const entry = this.get(sessionId)
      if (!entry) return false
      this.save({ ...entry, ...given(change), sessionId })
      return true
    })
    this.#update = (sessionId, change) => update.immediate(sessionId, change)
  }

  save(entry: SessionEntry): void {
    this.#save.run(toRow(entry))
  }

  get(sessionId: string): SessionEntry | null {
    const row = this.#get.get(sessionId)
    return row ? toEntry(row) : null
  }

  /** Newest use first. A row that cannot be read is left out and given to `onDamaged`. */
  list(onDamaged: (error: unknown) => void): SessionEntry[] {
    return readable(this.#list.iterate(), onDamaged)
  }

  findByScript(scriptPath: string, onDamaged: (error: unknown) => void): SessionEntry | null {
    return readable(this.#byScript.iterate(scriptPath), onDamaged)[0] ?? null
  }

  update(sessionId: string, change: Partial<SessionEntry>): boolean {
    return this.#update(sessionId, change)
  }

  remove(sessionId: string): boolean {
    return this.#remove.run(sessionId).changes > 0
  }

  savePlacement(sessionId: string, placement: WidgetPlacement): void {
    const { bounds } = placement
    const { changes } = this.#savePlacement.run({
      session_id: sessionId,
      widget_id: placement.widgetId,
      title: placement.title,
      x: bounds?.x ?? null,
      y: bounds?.y ?? null,
      width: bounds?.width ?? null,
      height: bounds?.height ?? null,
      open: placement.open ? 1 : 0,
    })
    if (changes === 0) throw unknownSession(sessionId)
  }

  listPlacements(sessionId: string): WidgetPlacement[] {
    return this.#placements.all(sessionId).map((row) => ({
      widgetId: row.widget_id,
      title: row.title,
      bounds:
        row.x === null || row.y === null || row.width === null || row.height === null
          ? null
          : { x: row.x, y: row.y, width: row.width, height: row.height },
      open: row.open !== 0,
    }))
  }
}

function given<T extends object>(change: T): T {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T
}

function toRow(entry: SessionEntry): SessionRow {
  return {
    session_id: entry.sessionId,
    client_id: entry.clientId,
    script_path: entry.scriptPath ?? NO_SCRIPT,
    arguments: JSON.stringify(entry.arguments),
    title: entry.title,
    state: entry.state,
    pid: entry.pid,
    created_at: Math.round(entry.createdAt),
    last_used_at: Math.round(entry.lastUsedAt),
  }
}

function toEntry(row: SessionRow): SessionEntry {
  return {
    sessionId: row.session_id,
    clientId: row.client_id,
    scriptPath: row.script_path === NO_SCRIPT ? null : row.script_path,
    arguments: toArguments(row),
    title: row.title,
    state: row.state as SessionState,
    pid: row.pid,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}

function toArguments(row: SessionRow): Record<string, string> {
  try {
    return JSON.parse(row.arguments) as Record<string, string>
  } catch (error) {
    throw sessionDamaged(row.session_id, error)
  }
}

function readable(rows: Iterable<SessionRow>, onDamaged: (error: unknown) => void): SessionEntry[] {
  const entries: SessionEntry[] = []
  for (const row of rows) {
    try {
      entries.push(toEntry(row))
    } catch (error) {
      onDamaged(error)
    }
  }
  return entries
}
