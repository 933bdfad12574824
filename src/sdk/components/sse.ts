import type { PublicError } from '../../shared/errors.ts'
import type { StreamFrame } from './dispatch.ts'
import type { RemoteCall } from './remote.ts'
import type { StreamingComponent } from './streaming.ts'
import { formatSseFrame, publicError } from './wire.ts'

/**
 * Frames of a component as server-sent events. Rejects with what went wrong before there was anything to send; later
 * failures are a last frame with `error` (rules Q42 and Q43). Where the component expects something of its state, that
 * comes first, as a frame with `optimistic` alone.
 */
export async function eventStream({ component, request }: RemoteCall): Promise<Response> {
  const { promise: predicted, resolve } = Promise.withResolvers<Record<string, unknown>>()
  const frames = (component as StreamingComponent<object>).asyncStreamDispatch({ ...request, onOptimistic: resolve })
  const first = frames.next()
  const optimistic = await Promise.race([predicted, first.then(() => null)])
  const texts = textsOf(first, frames, component, optimistic)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    // Who listened has gone.
    cancel: async () => void (await texts.return()),
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Proxies would hold frames back to send them together.
      'x-accel-buffering': 'no',
    },
  })
}

async function* textsOf(
  first: Promise<IteratorResult<StreamFrame, void>>,
  frames: AsyncGenerator<StreamFrame, void, undefined>,
  { id, serializer }: RemoteCall['component'],
  optimistic: Record<string, unknown> | null,
): AsyncGenerator<string, void, undefined> {
  try {
    if (optimistic) yield `data: ${JSON.stringify({ optimistic, component_id: id })}\n\n`
    let turn = await first
    while (!turn.done) {
      yield formatSseFrame(turn.value, serializer)
      turn = await frames.next()
    }
  } catch (error) {
    yield formatSseFrame({ error: publicError(error) satisfies PublicError, component_id: id })
  } finally {
    await frames.return()
  }
}
