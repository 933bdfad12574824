import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { isNull } from '../../shared/data/column.ts'
import type { Column, ColumnType } from '../../shared/data/column.ts'
import { identifier } from './sql.ts'

const CHUNK_ROWS = 2048
const DAY_MS = 86_400_000

interface Target {
  readonly sql: string
  readonly type: DuckDBType
  readonly value: (value: never) => DuckDBValue
}

const TARGETS: Record<ColumnType, Target> = {
  number: { sql: 'DOUBLE', type: DOUBLE, value: (value: number) => value },
  integer: { sql: 'BIGINT', type: BIGINT, value: (value: number) => BigInt(value) },
  bigint: { sql: 'BIGINT', type: BIGINT, value: (value: bigint) => value },
  boolean: { sql: 'BOOLEAN', type: BOOLEAN, value: (value: number) => value !== 0 },
  date: {
    sql: 'DATE',
    type: DATE,
    value: (value: number) =>
      Number.isFinite(value)
        ? new DuckDBDateValue(Math.floor(value / DAY_MS))
        : value > 0
          ? DuckDBDateValue.PosInf
          : DuckDBDateValue.NegInf,
  },
  datetime: { sql: 'TIMESTAMP', type: TIMESTAMP, value: (value: number) => new DuckDBTimestampValue(micros(value)) },
  instant: {
    sql: 'TIMESTAMP WITH TIME ZONE',
    type: TIMESTAMPTZ,
    value: (value: number) => new DuckDBTimestampTZValue(micros(value)),
  },
  text: { sql: 'VARCHAR', type: VARCHAR, value: (value: string) => value },
  binary: { sql: 'BLOB', type: BLOB, value: (value: Uint8Array) => new DuckDBBlobValue(value) },
  json: { sql: 'JSON', type: VARCHAR, value: (value: unknown) => JSON.stringify(value) },
}

/** Makes a table `name` of the rows of `columns`. */
export async function upload(connection: DuckDBConnection, name: string, columns: readonly Column[]): Promise<void> {
  const targets = columns.map(({ type }) => TARGETS[type])
  const rowCount = columns[0]?.values.length ?? 0
  const definitions = columns.map((column, i) => `${identifier(column.name)} ${targets[i]!.sql}`)
  await connection.run(`CREATE TABLE ${identifier(name)} (${definitions.join(', ')})`)
  const appender = await connection.createAppender(name)
  const types = targets.map(({ type }) => type)
  for (let start = 0; start < rowCount; start += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rowCount - start)
    const chunk = DuckDBDataChunk.create(types, count)
    for (const [i, column] of columns.entries())
      chunk.setColumnValues(i, chunkValues(column, targets[i]!, start, count))
    appender.appendDataChunk(chunk)
    // Interrupts and other connections get their turn in between.
    if (start % (CHUNK_ROWS * 16) === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  appender.closeSync()
}

function chunkValues(column: Column, { value }: Target, start: number, count: number): DuckDBValue[] {
  const values: DuckDBValue[] = []
  for (let row = start; row < start + count; row++)
    values.push(isNull(column, row) ? null : value(column.values[row] as never))
  return values
}

/** Beyond what a number of ms can say exactly, the ends of time. */
function micros(ms: number): bigint {
  if (!Number.isFinite(ms)) return ms > 0 ? DuckDBTimestampValue.PosInf.micros : DuckDBTimestampValue.NegInf.micros
  return BigInt(Math.round(ms * 1000))
}
