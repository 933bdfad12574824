import { inBackground } from '../shared/background.ts'
import { OrielError } from '../shared/errors.ts'
import { MAX_STREAMS, withHeadroom } from '../shared/frames.ts'
import { DEFAULT_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'
import type { FrameContent, FrameOutcome } from '../shared/stream.ts'
import { MAX_NAME_LENGTH } from '../shared/validate.ts'
import { refuse } from './check.ts'
import { frames, requireSession } from './runtime/frame.ts'
import type { RunningSession } from './runtime/session.ts'

/** What of a message there may be beside the bytes of its frame. */
const OVERHEAD_BYTES = 1024
/**
 * A push that nobody had to draw takes at least this long, in ms: about what a screen takes for a picture. A loop that
 * waits for each push then leaves room for everything else, whether someone watches or not.
 */
const PAUSE_MS = 16

const outlets = new WeakMap<RunningSession, Map<string, StreamOutlet>>()

/** The script's end of one stream: of the session it was made in, whoever pushes (rule K3). */
export class StreamOutlet {
  readonly id: string
  readonly #session: RunningSession
  readonly #gone = new AbortController()
  readonly #forgetHook: () => void

  /** `what`: the class, for messages. Throws OrielError no_session, session_closed, bad_value, bad_usage, overloaded. */
  constructor(id: unknown, what: string) {
    const session = requireSession(`new ${what}()`)
    if (typeof id !== 'string' || id === '' || id.length > MAX_NAME_LENGTH)
      refuse(`${what}: id`, `text of 1 to ${MAX_NAME_LENGTH} characters`, id)
    const known = outlets.get(session) ?? new Map<string, StreamOutlet>()
    if (known.has(id))
      throw new OrielError(
        'bad_usage',
        `${what}: this session has a stream "${id}" already. Push to that one, or close() it first.`,
      )
    if (known.size >= MAX_STREAMS)
      throw new OrielError('overloaded', `${what}: a session has at most ${MAX_STREAMS} streams. Close one first.`)
    outlets.set(session, known.set(id, this))
    this.id = id
    this.#session = session
    this.#forgetHook = session.onClose(() => this.close())
  }

  /** Aborted when nothing can be pushed any more: `close`, or the end of the session. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  /** Sends a copy of the frame. Rejects with too_large; never because the session has ended (rule G2). */
  async push({
    bytes,
    ...rest
  }: Omit<FrameContent, 'bytes'> & { bytes: Uint8Array | Uint8ClampedArray }): Promise<FrameOutcome> {
    const most = DEFAULT_MAX_MESSAGE_BYTES - OVERHEAD_BYTES
    if (bytes.byteLength > most)
      throw new OrielError(
        'too_large',
        `A frame may have ${most} bytes; this has ${bytes.byteLength}. Encode it (PNG, JPEG, WebP) or make it smaller.`,
      )
    if (this.signal.aborted) {
      await pause()
      return 'dropped'
    }
    const began = performance.now()
    const pushing = async () => {
      const outcome = await this.#session.link.frames.push(this.id, { ...rest, bytes: withHeadroom(bytes) })
      if (outcome !== 'shown' && outcome !== 'replaced') await pause(PAUSE_MS - (performance.now() - began))
      return outcome
    }
    return this.#session.holding(pushing())
  }

  /** Idempotent. */
  close(): void {
    if (this.signal.aborted) return
    outlets.get(this.#session)?.delete(this.id)
    this.#forgetHook()
    this.#session.link.frames.end(this.id)
    this.#gone.abort(new OrielError('closed', `The stream "${this.id}" is closed.`))
  }
}

/** Not one of the session's timers: those never fire once it has ended, and whoever waits here is to go on. */
function pause(ms: number = PAUSE_MS): Promise<void> {
  if (ms <= 0) return Promise.resolve()
  return new Promise((resolve) => frames.exit(() => inBackground(setTimeout(resolve, ms))))
}
