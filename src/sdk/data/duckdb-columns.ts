import {
  DuckDBDecimalValue,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  type DuckDBBlobValue,
  type DuckDBDataChunk,
  type DuckDBDateValue,
  type DuckDBResult,
  type DuckDBTimestampMillisecondsValue,
  type DuckDBTimestampNanosecondsValue,
  type DuckDBTimestampSecondsValue,
  type DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Column, ColumnType } from '../../shared/data/column.ts'
import type { Value } from '../../shared/value.ts'
import { ColumnBuilder } from './column-builder.ts'

const DAY_MS = 86_400_000

/** How the values of one DuckDB type go into a column. */
interface Conversion {
  readonly type: ColumnType
  readonly add: (builder: ColumnBuilder, value: NonNullable<DuckDBValue>, type: DuckDBType) => void
}

const NUMBER: Conversion = { type: 'number', add: (to, value) => to.addNumber(value as number) }
const INTEGER: Conversion = { type: 'integer', add: (to, value) => to.addNumber(value as number) }
const WHOLE: Conversion = { type: 'integer', add: (to, value) => to.addWhole(value as bigint) }
const TEXT: Conversion = { type: 'text', add: (to, value) => to.addToList(String(value)) }
const NESTED: Conversion = {
  type: 'json',
  add: (to, value, type) => to.addToList(JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter)),
}
/** JSON is text to DuckDB, with a name. */
const JSON_TEXT: Conversion = { type: 'json', add: (to, value) => to.addToList(parsedJson(value as string)) }

const CONVERSIONS: Partial<Record<DuckDBTypeId, Conversion>> = {
  [DuckDBTypeId.BOOLEAN]: { type: 'boolean', add: (to, value) => to.addNumber(value ? 1 : 0) },
  [DuckDBTypeId.TINYINT]: INTEGER,
  [DuckDBTypeId.SMALLINT]: INTEGER,
  [DuckDBTypeId.INTEGER]: INTEGER,
  [DuckDBTypeId.UTINYINT]: INTEGER,
  [DuckDBTypeId.USMALLINT]: INTEGER,
  [DuckDBTypeId.UINTEGER]: INTEGER,
  [DuckDBTypeId.BIGINT]: WHOLE,
  [DuckDBTypeId.UBIGINT]: WHOLE,
  [DuckDBTypeId.HUGEINT]: WHOLE,
  [DuckDBTypeId.UHUGEINT]: WHOLE,
  [DuckDBTypeId.FLOAT]: NUMBER,
  [DuckDBTypeId.DOUBLE]: NUMBER,
  [DuckDBTypeId.DECIMAL]: {
    type: 'number',
    add: (to, value) => to.addNumber((value as DuckDBDecimalValue).toDouble()),
  },
  [DuckDBTypeId.DATE]: {
    type: 'date',
    add: (to, value) => {
      const date = value as DuckDBDateValue
      to.addNumber(date.isFinite ? date.days * DAY_MS : endless(date.days > 0))
    },
  },
  [DuckDBTypeId.TIMESTAMP]: {
    type: 'datetime',
    add: (to, value) => to.addNumber(fromMicros(value as DuckDBTimestampValue)),
  },
  [DuckDBTypeId.TIMESTAMP_TZ]: {
    type: 'instant',
    add: (to, value) => to.addNumber(fromMicros(value as DuckDBTimestampTZValue)),
  },
  [DuckDBTypeId.TIMESTAMP_S]: {
    type: 'datetime',
    add: (to, value) => {
      const { seconds, isFinite } = value as DuckDBTimestampSecondsValue
      to.addNumber(isFinite ? Number(seconds) * 1000 : endless(seconds > 0n))
    },
  },
  [DuckDBTypeId.TIMESTAMP_MS]: {
    type: 'datetime',
    add: (to, value) => {
      const { millis, isFinite } = value as DuckDBTimestampMillisecondsValue
      to.addNumber(isFinite ? Number(millis) : endless(millis > 0n))
    },
  },
  [DuckDBTypeId.TIMESTAMP_NS]: {
    type: 'datetime',
    add: (to, value) => {
      const { nanos, isFinite } = value as DuckDBTimestampNanosecondsValue
      to.addNumber(isFinite ? Number(nanos) / 1e6 : endless(nanos > 0n))
    },
  },
  [DuckDBTypeId.BLOB]: {
    type: 'binary',
    add: (to, value) => to.addToList(new Uint8Array((value as DuckDBBlobValue).bytes)),
  },
  [DuckDBTypeId.LIST]: NESTED,
  [DuckDBTypeId.ARRAY]: NESTED,
  [DuckDBTypeId.STRUCT]: NESTED,
  [DuckDBTypeId.MAP]: NESTED,
  [DuckDBTypeId.UNION]: NESTED,
  [DuckDBTypeId.VARIANT]: NESTED,
}

/** Reads all rows of `result`, chunk by chunk, so that the thread does other things in between. */
export async function columnsOf(result: DuckDBResult): Promise<Column[]> {
  const names = result.deduplicatedColumnNames()
  const types = result.columnTypes()
  const conversions = types.map(conversionOf)
  const builders = names.map((name, i) => new ColumnBuilder(name, conversions[i]!.type))
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    for (const [i, builder] of builders.entries()) addValues(builder, chunk, i, types[i]!, conversions[i]!)
  }
  return builders.map((builder) => builder.finish())
}

function addValues(
  builder: ColumnBuilder,
  chunk: DuckDBDataChunk,
  index: number,
  type: DuckDBType,
  { add }: Conversion,
): void {
  const vector = chunk.getColumnVector(index)
  for (let row = 0; row < chunk.rowCount; row++) {
    const value = vector.getItem(row)
    if (value === null) builder.addNull()
    else add(builder, value, type)
  }
}

function conversionOf(type: DuckDBType): Conversion {
  if (type.typeId === DuckDBTypeId.VARCHAR && type.alias === 'JSON') return JSON_TEXT
  return CONVERSIONS[type.typeId] ?? TEXT
}

function fromMicros({ micros, isFinite }: DuckDBTimestampValue | DuckDBTimestampTZValue): number {
  return isFinite ? Number(micros) / 1000 : endless(micros > 0n)
}

function endless(later: boolean): number {
  return later ? Infinity : -Infinity
}

function parsedJson(text: string): Value {
  try {
    return JSON.parse(text) as Value
  } catch {
    return text
  }
}
