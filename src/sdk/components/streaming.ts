import type { JsonObject } from '../../shared/json.ts'
import { Component } from './component.ts'
import { streamSteps } from './dispatch.ts'
import type { DispatchRequest, StreamFrame } from './dispatch.ts'
import { runStream } from './steps.ts'
import { takeTurn } from './turn.ts'

/** A component whose handlers may be generators: each `yield` shows how far it has come. */
export class StreamingComponent<S extends object = JsonObject> extends Component<S> {
  /**
   * As `asyncDispatch`, frame by frame: one for each `yield`, and a last one with `streamDone`. What is yielded is not
   * looked at. A failure is thrown after the frames that were there before it; who stops early runs the generator's
   * cleanup.
   */
  async *asyncStreamDispatch(request: DispatchRequest = {}): AsyncGenerator<StreamFrame, void, undefined> {
    const { before, release } = takeTurn(this)
    try {
      if (before) await before
      yield* runStream(streamSteps(this, request))
    } finally {
      release()
    }
  }
}
