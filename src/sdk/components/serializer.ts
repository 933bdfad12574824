import { isPlainObject } from '../../shared/document/kinds.ts'
import { OrielError } from '../../shared/errors.ts'
import { TooDeep, cleanCopy } from './clean.ts'
import { ComponentError, corruptState } from './errors.ts'
import { consoleLog } from './log.ts'
import type { ComponentLog } from './log.ts'
import { sign, verify } from './signing.ts'
import type { SigningKey } from './signing.ts'
import { decodeState, stateCopy } from './state-copy.ts'
import type { StateCodec } from './state-copy.ts'

const MIN_KEY_LENGTH = 16
/** A UTF-16 unit is at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3

export interface StateSerializerOptions {
  /** UTF-8 bytes of JSON past which there is a warning. Default 65,536; 0: never. */
  warnBytes?: number
  /** UTF-8 bytes of JSON past which there is an error. Default 524,288; 0: never. */
  maxBytes?: number
  /** The first signs, all verify; without any, state travels unsigned. Text or bytes, 16 or more. */
  signingKeys?: readonly SigningKey[]
  /** For what JSON lacks. Default none. */
  codecs?: readonly StateCodec[]
  /** Default: the console. */
  log?: ComponentLog
}

/**
 * A component's state as text and back, measured and, with keys, signed. The static members are those of the serializer
 * that every component has unless its class names another one: `StateSerializer.signingKeys = [secret]` signs the state
 * of all of them.
 */
export class StateSerializer {
  warnBytes: number
  maxBytes: number
  readonly codecs: readonly StateCodec[]
  readonly #log: ComponentLog
  #signingKeys: readonly SigningKey[] = []
  /** States that there was a warning about: what is measured again on its way out is not reported again. */
  readonly #warned = new WeakSet<object>()

  /** Throws OrielError bad_value for a key that is too short. */
  constructor(options: StateSerializerOptions = {}) {
    this.warnBytes = options.warnBytes ?? 65_536
    this.maxBytes = options.maxBytes ?? 524_288
    this.codecs = options.codecs ?? []
    this.#log = options.log ?? consoleLog
    this.signingKeys = options.signingKeys ?? []
  }

  /** The first signs, all verify. */
  get signingKeys(): readonly SigningKey[] {
    return this.#signingKeys
  }

  set signingKeys(keys: readonly SigningKey[]) {
    for (const key of keys)
      if (key.length < MIN_KEY_LENGTH)
        throw new OrielError('bad_value', `A signing key has ${MIN_KEY_LENGTH} characters or bytes at least.`)
    this.#signingKeys = [...keys]
  }

  /**
   * Text from which `deserialize` makes the same state again. Throws ComponentError: bad_state, naming the path, for what
   * cannot be kept; too_large past `maxBytes`. Past `warnBytes` there is one warning.
   */
  serialize(state: object): string {
    const text = JSON.stringify(stateCopy(state, this.codecs))
    this.#measure(text, state)
    const [key] = this.#signingKeys
    return key === undefined ? text : sign(text, key)
  }

  /**
   * The state in `text`; "" and null give {}. Keys that could reach a prototype are dropped. Throws ComponentError
   * corrupt_state for what no `serialize` of this side gave, too_large for more than that may give.
   */
  deserialize(text: string | null | undefined): Record<string, unknown> {
    if (text === null || text === undefined || text === '') return {}
    if (typeof text !== 'string') throw corruptState('it is no text')
    // In base64url it is a third longer, and the signature comes on top.
    if (this.maxBytes > 0 && text.length > this.maxBytes * 2) throw this.#tooLarge(text.length)
    const json = this.#signingKeys.length > 0 ? verify(text, this.#signingKeys) : text
    let value: unknown
    try {
      value = JSON.parse(json)
    } catch (error) {
      throw corruptState('it is no JSON', error)
    }
    return this.accept(value)
  }

  /** State that came as an object instead of text. Throws ComponentError corrupt_state if it should have been signed. */
  acceptObject(value: unknown): Record<string, unknown> {
    if (this.#signingKeys.length > 0) throw corruptState('it is not signed')
    return this.accept(value)
  }

  /** Whether nothing is to be said of so many bytes. */
  fits(bytes: number): boolean {
    return (this.warnBytes <= 0 || bytes <= this.warnBytes) && (this.maxBytes <= 0 || bytes <= this.maxBytes)
  }

  /**
   * Throws ComponentError too_large if `encoded`, a copy fit for JSON, is more than may be sent (rule Q29). `state`: what
   * it stands for, if that is another object.
   */
  guard(encoded: object, state: object = encoded): void {
    if (this.warnBytes > 0 || this.maxBytes > 0) this.#measure(JSON.stringify(encoded), state)
  }

  private accept(value: unknown): Record<string, unknown> {
    if (!isPlainObject(value)) throw corruptState('it is no object')
    let clean: Record<string, unknown>
    try {
      clean = cleanCopy(value)
    } catch (error) {
      if (error instanceof TooDeep) throw corruptState(`it is ${error.message}`, error)
      throw error
    }
    if (this.codecs.length === 0) return clean
    try {
      return decodeState(clean, this.codecs) as Record<string, unknown>
    } catch (error) {
      throw corruptState('a value in it cannot be decoded', error)
    }
  }

  #measure(text: string, state: object): void {
    const { warnBytes, maxBytes } = this
    const least = Math.min(warnBytes || Infinity, maxBytes || Infinity)
    // Most state is nowhere near: not even counted.
    if (text.length * MAX_BYTES_PER_UNIT <= least) return
    const bytes = Buffer.byteLength(text, 'utf8')
    if (maxBytes > 0 && bytes > maxBytes) throw this.#tooLarge(bytes)
    if (warnBytes <= 0 || bytes <= warnBytes || this.#warned.has(state)) return
    this.#warned.add(state)
    this.#log.warn(
      `A component's state has ${number(bytes)} bytes; past ${number(warnBytes)} it makes every event slower. ${REMEDY}`,
    )
  }

  #tooLarge(bytes: number): ComponentError {
    return new ComponentError(
      `The component's state has ${number(bytes)} bytes; the limit is ${number(this.maxBytes)}. ${REMEDY}`,
      { code: 'too_large' },
    )
  }

  /** The one that components have by default. */
  static readonly shared: StateSerializer = new StateSerializer()

  static get warnBytes(): number {
    return StateSerializer.shared.warnBytes
  }

  static set warnBytes(bytes: number) {
    StateSerializer.shared.warnBytes = bytes
  }

  static get maxBytes(): number {
    return StateSerializer.shared.maxBytes
  }

  static set maxBytes(bytes: number) {
    StateSerializer.shared.maxBytes = bytes
  }

  static get signingKeys(): readonly SigningKey[] {
    return StateSerializer.shared.signingKeys
  }

  static set signingKeys(keys: readonly SigningKey[]) {
    StateSerializer.shared.signingKeys = keys
  }

  /** As the method of the shared serializer. */
  static serialize(state: object): string {
    return StateSerializer.shared.serialize(state)
  }

  /** As the method of the shared serializer. */
  static deserialize(text: string | null | undefined): Record<string, unknown> {
    return StateSerializer.shared.deserialize(text)
  }
}

const REMEDY = 'Keep large things elsewhere and only their ids in the state.'

function number(value: number): string {
  return new Intl.NumberFormat('en').format(value)
}
