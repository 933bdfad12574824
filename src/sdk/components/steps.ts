/*
 * What a component does for one event is written once, as a generator that gives what has to be waited for and the frames
 * of a stream. Each entry drives it in its own way: at once, awaiting, or handing frames on (rule Q14).
 */

/** A frame on its way to who listens to the stream. */
export class Frame<F> {
  readonly value: F

  constructor(value: F) {
    this.value = value
  }
}

export type Steps<T, F = unknown> = Generator<PromiseLike<unknown> | Frame<F>, T, unknown>

/** Which entry a dispatch came by. */
export type Mode = 'sync' | 'async' | 'stream'

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  )
}

/** Waits for `value` if it is a promise. */
export function* settled<T>(value: T | PromiseLike<T>): Steps<T> {
  return isThenable(value) ? ((yield value) as T) : value
}

/** Runs `steps` to their end now. Where one of them would have to be waited for, they are thrown `refusal()` instead. */
export function runSync<T>(steps: Steps<T>, refusal: () => Error): T {
  let turn = steps.next()
  while (!turn.done) {
    if (turn.value instanceof Frame) turn = steps.next()
    else {
      // Nobody will look at what becomes of it.
      turn.value.then(undefined, () => {})
      turn = steps.throw(refusal())
    }
  }
  return turn.value
}

/** Runs `steps` to their end; frames in between are nobody's. */
export async function runAsync<T>(steps: Steps<T>): Promise<T> {
  let turn = steps.next()
  while (!turn.done) {
    if (turn.value instanceof Frame) turn = steps.next()
    else turn = await advance(steps, turn.value)
  }
  return turn.value
}

/** Runs `steps` frame by frame. Who stops listening makes them clean up. */
export async function* runStream<F>(steps: Steps<void, F>): AsyncGenerator<F, void, undefined> {
  try {
    let turn = steps.next()
    while (!turn.done) {
      if (turn.value instanceof Frame) {
        yield turn.value.value
        turn = steps.next()
      } else turn = await advance(steps, turn.value)
    }
  } finally {
    let turn = steps.return()
    while (!turn.done) turn = turn.value instanceof Frame ? steps.next() : await advance(steps, turn.value)
  }
}

async function advance<T, F>(
  steps: Steps<T, F>,
  waited: PromiseLike<unknown>,
): Promise<IteratorResult<PromiseLike<unknown> | Frame<F>, T>> {
  let value: unknown
  try {
    value = await waited
  } catch (error) {
    return steps.throw(error)
  }
  return steps.next(value)
}
