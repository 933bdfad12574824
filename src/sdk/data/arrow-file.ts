import { readFile } from 'node:fs/promises'
import { DataType, tableFromIPC, type Vector } from 'apache-arrow'
import type { Column, ColumnType } from '../../shared/data/column.ts'
import type { Value } from '../../shared/value.ts'
import { ColumnBuilder } from './column-builder.ts'
import { DataError } from './data-error.ts'
import { DataTable } from './data-table.ts'

/** Reads an Arrow file or stream (IPC), whole. Throws DataError file_damaged. */
export async function readArrow(file: string): Promise<DataTable> {
  const bytes = await readFile(file)
  try {
    const table = tableFromIPC(bytes)
    const columns = table.schema.fields.map(({ name }, i) => columnOf(name, table.getChildAt(i)!))
    return new DataTable(columns, { file, format: 'arrow' })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DataError('file_damaged', `${file} is no Arrow file, or not all of it: ${reason}.`, { file }, error)
  }
}

function columnOf(name: string, vector: Vector): Column {
  const type = vector.type as DataType
  const kind = columnType(DataType.isDictionary(type) ? type.dictionary : type)
  if (kind === 'number' && DataType.isFloat(type) && vector.nullCount === 0) {
    const values = vector.toArray() as Float32Array | Float64Array
    if (values instanceof Float32Array || values instanceof Float64Array)
      return { name, type: kind, values: values.slice(), nulls: null }
  }
  const builder = new ColumnBuilder(name, kind)
  const scale = DataType.isDecimal(type) ? 10 ** type.scale : 1
  for (let row = 0; row < vector.length; row++) {
    const value = vector.get(row) as unknown
    if (value == null) builder.addNull()
    else add(builder, kind, value, scale)
  }
  return builder.finish()
}

function columnType(type: DataType): ColumnType {
  if (DataType.isBool(type)) return 'boolean'
  if (DataType.isInt(type)) return 'integer'
  if (DataType.isFloat(type) || DataType.isDecimal(type)) return 'number'
  if (DataType.isDate(type)) return 'date'
  if (DataType.isTimestamp(type)) return type.timezone ? 'instant' : 'datetime'
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) return 'binary'
  const nested = DataType.isList(type) || DataType.isStruct(type) || DataType.isMap(type) || DataType.isUnion(type)
  return nested || DataType.isFixedSizeList(type) ? 'json' : 'text'
}

function add(builder: ColumnBuilder, kind: ColumnType, value: unknown, scale: number): void {
  if (typeof value === 'bigint') return builder.addWhole(value)
  switch (kind) {
    case 'text':
      return builder.addToList(String(value))
    case 'binary':
      return builder.addToList(new Uint8Array(value as Uint8Array))
    case 'json':
      return builder.addToList(plainValue(value))
    default:
      return builder.addNumber(Number(value) / scale)
  }
}

/** Arrow's own rows, lists and maps as JSON. */
function plainValue(value: unknown): Value {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner))
  return JSON.parse(text) as Value
}
