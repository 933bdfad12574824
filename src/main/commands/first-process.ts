import { OrielError } from '../../shared/errors.ts'
import type { App } from '../app.ts'
import type { Log } from '../log.ts'
import { claimHome } from '../single-instance.ts'
import type { HandoverReply, HandoverRequest } from '../single-instance.ts'

/** How often a process that was about to be handed to may have ended just then. */
const ATTEMPTS = 5

/** The one process of its home: others hand their work to it until it is closed. */
export interface FirstProcess {
  /** From now on what others ask is done; what they asked before waits for it. */
  serve(app: App): void
  /** Gives the home up; whoever still waits asks again elsewhere. Idempotent. */
  close(): Promise<void>
}

/**
 * Makes this process the first of its home, or hands `request` to the one that is: then null, and there is nothing left
 * to do. Rejects with what the other process answered, with timeout or not_connected if it does not.
 */
export async function becomeFirst(options: {
  homeDir: string
  request: HandoverRequest
  log: Log
  /** Gets what the other process answered. */
  onReply?: (reply: HandoverReply) => void
}): Promise<FirstProcess | null> {
  const { homeDir, request, log, onReply } = options
  for (let attempt = 1; ; attempt++) {
    const started = Promise.withResolvers<App>()
    // Nobody may ever hand anything over.
    started.promise.catch(() => {})
    const claim = await claimHome({
      homeDir,
      log,
      onRequest: async (asked) => answerRequest(await started.promise, asked),
    })
    if (claim.role === 'first') {
      return {
        serve: (app) => started.resolve(app),
        close: () => {
          started.reject(ending())
          return claim.close()
        },
      }
    }
    try {
      const reply = await claim.send(request)
      onReply?.(reply)
      return null
    } catch (error) {
      // It was just ending: this process may be the first now.
      const ended = error instanceof OrielError && error.code === 'not_connected'
      if (!ended || attempt === ATTEMPTS) throw error
    }
  }
}

/** Does what another process asks. Rejects with not_connected if the app is just ending, else with what App.openScript and App.attach throw. */
export async function answerRequest(app: App, request: HandoverRequest): Promise<HandoverReply> {
  if (app.isClosing) throw ending()
  if (request.kind === 'open-home') {
    await app.openHome()
    return { sessionId: null }
  }
  if (request.kind === 'attach' || request.kind === 'attach-new') {
    const { sessionId, url, ticket, key } =
      request.kind === 'attach'
        ? await app.attach(request.session)
        : await app.attachNew(request.title, request.arguments)
    return { sessionId, access: { url, ticket, key } }
  }
  const { path, arguments: given, mode, asked, watch } = request
  const session = await app.openScript({ path, arguments: given, mode, named: asked, watch })
  return { sessionId: session?.id ?? null }
}

function ending(): OrielError {
  return new OrielError('not_connected', 'This Oriel is just ending.')
}
