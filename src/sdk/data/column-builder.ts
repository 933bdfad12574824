import type { Column, ColumnType, ColumnValues } from '../../shared/data/column.ts'
import type { Value } from '../../shared/value.ts'

/** Collects the values of one column while they come, without knowing how many there will be. */
export class ColumnBuilder {
  private readonly name: string
  private type: ColumnType
  private numbers = new Float64Array(2048)
  /** Of `bigint`, from the first value on that is no exact number. */
  private bigints: BigInt64Array | null = null
  /** Of lists, and of whole numbers that do not fit in 64 bits. */
  private readonly list: Value[] = []
  private length = 0
  private nulls: Uint8Array | null = null

  constructor(name: string, type: ColumnType) {
    this.name = name
    this.type = type
  }

  /** A row without a value. */
  addNull(): void {
    if (this.isList) {
      this.list.push(null)
    } else {
      this.makeRoom()
      this.nulls ??= new Uint8Array(this.capacity)
      this.nulls[this.length] = 1
      if (!this.bigints) this.numbers[this.length] = NaN
    }
    this.length += 1
  }

  /** A number, also a boolean or a moment as one. */
  addNumber(value: number): void {
    this.makeRoom()
    this.numbers[this.length] = value
    this.length += 1
  }

  /** A whole number of any size: `integer` becomes `bigint`, and that text, if it must. */
  addWhole(value: bigint): void {
    const number = Number(value)
    if (this.type === 'integer' && !Number.isSafeInteger(number)) this.becomeBigint()
    if (this.type === 'bigint' && BigInt.asIntN(64, value) !== value) this.becomeText()
    if (this.type === 'text') return this.addToList(String(value))
    if (!this.bigints) return this.addNumber(number)
    this.makeRoom()
    this.bigints[this.length] = value
    this.length += 1
  }

  /** A value of a list. */
  addToList(value: Value): void {
    this.list.push(value)
    this.length += 1
  }

  finish(): Column {
    const { name, type } = this
    if (this.isList) return { name, type, values: this.list, nulls: null }
    const nulls = this.nulls && this.nulls.slice(0, this.length)
    let values: ColumnValues
    if (type === 'boolean') values = Uint8Array.from(this.numbers.subarray(0, this.length), Number)
    else values = this.bigints ? this.bigints.slice(0, this.length) : this.numbers.slice(0, this.length)
    return { name, type, values, nulls }
  }

  private get isList(): boolean {
    return this.type === 'text' || this.type === 'binary' || this.type === 'json'
  }

  private get capacity(): number {
    return (this.bigints ?? this.numbers).length
  }

  private makeRoom(): void {
    if (this.length < this.capacity) return
    const more = this.capacity * 2
    if (this.bigints) {
      const grown = new BigInt64Array(more)
      grown.set(this.bigints)
      this.bigints = grown
    } else {
      const grown = new Float64Array(more)
      grown.set(this.numbers)
      this.numbers = grown
    }
    if (this.nulls) {
      const grown = new Uint8Array(more)
      grown.set(this.nulls)
      this.nulls = grown
    }
  }

  private becomeBigint(): void {
    const bigints = new BigInt64Array(this.capacity)
    for (let i = 0; i < this.length; i++) if (this.nulls?.[i] !== 1) bigints[i] = BigInt(this.numbers[i]!)
    this.bigints = bigints
    this.type = 'bigint'
  }

  private becomeText(): void {
    for (let i = 0; i < this.length; i++) this.list.push(this.nulls?.[i] === 1 ? null : String(this.bigints![i]))
    this.type = 'text'
  }
}
