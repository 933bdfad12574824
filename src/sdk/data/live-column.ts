import { emptyLike, isTemporal } from '../../shared/data/column.ts'
import type { Column, ColumnType, ColumnValues } from '../../shared/data/column.ts'
import { OrielError } from '../../shared/errors.ts'
import type { TypedArray, Value } from '../../shared/value.ts'

/** One column that grows at the end and whose cells change. Room is doubled when it is full, so that a row costs the same each time. */
export class LiveColumn {
  readonly name: string
  #type: ColumnType
  #values: TypedArray | Value[]
  #nulls: Uint8Array | null
  #length: number

  /** Begins with a copy of `column`. */
  constructor({ name, type, values, nulls }: Column) {
    this.name = name
    this.#type = type
    this.#values = ArrayBuffer.isView(values) ? values.slice() : [...values]
    this.#nulls = nulls && nulls.slice()
    this.#length = values.length
  }

  get type(): ColumnType {
    return this.#type
  }

  /** Its `length` rows as they are now, in this column's own memory. */
  column(length: number): Column {
    const { name } = this
    const values: ColumnValues = Array.isArray(this.#values) ? this.#values : this.#values.subarray(0, length)
    return { name, type: this.#type, values, nulls: this.#nulls && this.#nulls.subarray(0, length) }
  }

  /** What `value` is stored as. Throws OrielError bad_value if it does not fit the column. */
  check(value: unknown): Value | bigint {
    if (value == null || (typeof value === 'number' && Number.isNaN(value))) return null
    const stored = this.#stored(value)
    if (stored === undefined) {
      const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
      throw new OrielError('bad_value', `Column "${this.name}" has values of type ${this.#type}; ${text} is none.`)
    }
    return stored
  }

  /** Writes what `check` gave; at the end of the column it adds a row. */
  write(row: number, stored: Value | bigint): void {
    this.#makeRoom(row + 1)
    if (Array.isArray(this.#values)) {
      this.#values[row] = stored as Value
      return
    }
    if (stored === null) {
      this.#nulls ??= new Uint8Array(this.#values.length)
      this.#nulls[row] = 1
      if (this.#values instanceof Float64Array || this.#values instanceof Float32Array) this.#values[row] = NaN
      return
    }
    if (this.#nulls) this.#nulls[row] = 0
    if (this.#type === 'integer' && !Number.isInteger(stored)) this.#type = 'number'
    this.#values[row] = stored as number
  }

  #stored(value: unknown): Value | bigint | undefined {
    switch (this.#type) {
      case 'text':
        return typeof value === 'string' ? value : undefined
      case 'boolean':
        return typeof value === 'boolean' ? Number(value) : undefined
      case 'bigint':
        if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined
        return BigInt(value as number | bigint)
      case 'json':
        return value as Value
      case 'binary':
        return value instanceof Uint8Array ? value : undefined
      case 'integer':
      case 'number': {
        const fits = typeof value === 'number' && (this.#takesFractions || Number.isInteger(value))
        return fits ? value : undefined
      }
      default: {
        const ms = value instanceof Date ? value.getTime() : value
        return isTemporal(this.#type) && typeof ms === 'number' && !Number.isNaN(ms) ? ms : undefined
      }
    }
  }

  get #takesFractions(): boolean {
    return this.#values instanceof Float64Array || this.#values instanceof Float32Array
  }

  #makeRoom(length: number): void {
    if (length <= this.#length) return
    this.#length = length
    if (Array.isArray(this.#values)) return
    if (length > this.#values.length) {
      const grown = emptyLike(this.#values, Math.max(16, length * 2))
      // Of the same kind, which the compiler cannot see.
      grown.set(this.#values as Float64Array)
      this.#values = grown
    }
    if (this.#nulls && this.#nulls.length < this.#values.length) {
      const grown = new Uint8Array(this.#values.length)
      grown.set(this.#nulls)
      this.#nulls = grown
    }
  }
}
