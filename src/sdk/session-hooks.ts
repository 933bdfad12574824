import type { AttachedClient } from '../shared/calls.ts'
import { checkFunction } from './check.ts'
import { frames, requireSession } from './runtime/frame.ts'

/** See `session.onCreate`. */
export async function onCreate(hook: () => unknown): Promise<void> {
  const session = requireSession('session.onCreate()')
  checkFunction(hook, 'session.onCreate: hook')
  if (!session.options.isNew) return
  try {
    await session.holding(Promise.resolve(hook()))
  } catch (error) {
    session.report(error)
  }
}

/** See `session.onAttach`. */
export function onAttach(hook: (client: AttachedClient) => unknown): () => void {
  const session = requireSession('session.onAttach()')
  checkFunction(hook, 'session.onAttach: hook')
  const frame = frames.getStore()!
  return session.clients.onAttach((client) => {
    const { connectionId, widgetId, request } = client
    const values = Object.freeze({ ...frame.values, connectionId, widgetId, request })
    try {
      const outcome: unknown = frames.run(Object.freeze({ ...frame, values }), () => hook(client))
      Promise.resolve(outcome).catch((error: unknown) => session.report(error))
    } catch (error) {
      session.report(error)
    }
  })
}
