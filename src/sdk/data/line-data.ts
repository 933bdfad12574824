import { LINE_DATA_TYPE } from '../../shared/data/lines.ts'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { requireSession } from '../runtime/frame.ts'
import type { RunningSession } from '../runtime/session.ts'

/** How points of a LineStream are kept. */
export interface LineDataOptions {
  /** Points that each line holds: older ones go as newer ones come. Default 10,000. */
  points?: number
}

/** What is pushed within this time goes to windows together, in ms: no more often than they draw. */
const GATHER_MS = 16

/**
 * The points of one or several lines over a common x, made anew all the time: what a LineStream shows. Points go to windows
 * as binary, each one once; a window that opens later begins with all that are kept. They are not stored.
 */
export class LineData implements Disposable {
  /** Names of the lines. */
  readonly lines: readonly string[]
  /** Points that each line holds. */
  readonly points: number
  /** The record that holds them. */
  readonly recordId = `${LINE_DATA_TYPE}:${randomId(8)}`
  readonly #session: RunningSession
  #x: number[] = []
  #values: number[][]
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** Of the running session. Throws OrielError bad_value; no_session outside of a script. */
  constructor(lines: readonly string[], { points = 10_000 }: LineDataOptions = {}) {
    this.#session = requireSession('new LineData()')
    if (lines.length === 0 || new Set(lines).size !== lines.length)
      throw new OrielError('bad_value', 'new LineData(lines): give each line a name of its own.')
    if (!Number.isSafeInteger(points) || points < 2 || points > 1_000_000)
      throw new OrielError('bad_value', 'new LineData(lines, { points }): a number from 2 to 1,000,000.')
    this.lines = [...lines]
    this.points = points
    this.#values = lines.map(() => [])
    const columns = Object.fromEntries(this.lines.map((_, i) => [`s${i}`, new Float64Array(0)]))
    this.#session.link.document.transact((tx) =>
      tx.put({
        id: this.recordId,
        type: LINE_DATA_TYPE,
        scope: 'view',
        props: { x: new Float64Array(0), ...columns },
      }),
    )
  }

  /** Adds a point to each line, in their order; NaN is a gap. x must grow. What comes after the session's end is dropped. */
  push(x: number, values: readonly number[]): void {
    if (this.#closed) return
    if (values.length !== this.lines.length)
      throw new OrielError('bad_value', `LineData.push: ${values.length} values for ${this.lines.length} lines.`)
    this.#x.push(x)
    for (const [i, value] of values.entries()) this.#values[i]!.push(value)
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS)
  }

  /** Adds many points at once: for each line, in their order, as many values as there are in x. */
  pushMany(x: ArrayLike<number>, values: readonly ArrayLike<number>[]): void {
    for (let i = 0; i < x.length; i++)
      this.push(
        x[i]!,
        values.map((line) => line[i] ?? NaN),
      )
  }

  /** Takes all points away. */
  clear(): void {
    this.#x = []
    this.#values = this.lines.map(() => [])
    if (this.#closed || this.#session.state === 'closed') return
    this.#session.link.document.transact((tx) => {
      tx.set(this.recordId, ['x'], new Float64Array(0))
      for (const i of this.lines.keys()) tx.set(this.recordId, [`s${i}`], new Float64Array(0))
    })
  }

  /** Ends it: windows keep nothing of it. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    const { document } = this.#session.link
    if (this.#session.state !== 'closed' && document.get(this.recordId))
      document.transact((tx) => tx.remove(this.recordId))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #flush(): void {
    this.#timer = undefined
    if (this.#closed || this.#session.state === 'closed') return
    const columns = Object.fromEntries(this.#values.map((values, i) => [`s${i}`, Float64Array.from(values)]))
    const x = Float64Array.from(this.#x)
    this.#x = []
    this.#values = this.lines.map(() => [])
    this.#session.link.document.transact((tx) => tx.append(this.recordId, { x, ...columns }, this.points))
  }
}
