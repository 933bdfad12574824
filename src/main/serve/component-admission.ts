import type { Carrier } from '../../shared/carrier.ts'
import type { ComponentCaller } from '../../shared/component-calls.ts'
import { OrielError } from '../../shared/errors.ts'
import type { AdmitToComponents, ComponentTarget, ComponentVisit } from '../server/components.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import { remoteComponents } from './processes/component-link.ts'
import type { ServedSession, SessionRegistry } from './registry.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** What is asked about on the app, for permissions of components. */
const PERMISSIONS = ['read', 'write', 'admin'] as const
/** Processes that are asked for one request, each of which may go meanwhile. */
const MAX_OWNERS = 3

export interface ComponentAdmissionOptions {
  visitors: Visitors
  gatekeeper: Gatekeeper
  registry: SessionRegistry
  /** Name of what is served, for grants. */
  app: string
  /** A link to the process that has a visitor's session; null: there is no other process. */
  link: ((workerId: string, sid: string) => Promise<Carrier>) | null
}

/** Where a script is served: lets visitors ask the components of their own session, if they may change something there. */
export class ComponentAdmission {
  readonly #options: ComponentAdmissionOptions
  #asking = 0

  constructor(options: ComponentAdmissionOptions) {
    this.#options = options
  }

  /** Requests that other processes are answering. */
  get openRequests(): number {
    return this.#asking
  }

  readonly admit: AdmitToComponents = async ({ headers: { cookie } }) => {
    const { visitors, registry } = this.#options
    const visitor = await visitors.find(cookie)
    if (!visitor) throw new OrielError('ticket_refused', 'Open the app in this browser first, or send its cookie.')
    const mayStill = await this.#mayWrite(visitor)
    const located = await registry.open(visitor)
    if (located.at === 'here') return this.#visit(located.served, visitor, mayStill)
    const target = this.#elsewhere(located.workerId, visitor)
    return { target, caller: await this.#callerOf(visitor), mayStill }
  }

  /** Who comes by way of another process is judged here again. Rejects with no_owner if the session is not here. */
  async admitVisit(sid: string): Promise<ComponentVisit> {
    const { visitors, registry } = this.#options
    const visitor = await visitors.ofVisit(sid)
    if (!visitor) throw new OrielError('ticket_refused', 'This visit has ended.')
    const mayStill = await this.#mayWrite(visitor)
    const served = registry.find(visitor)
    if (!served) throw new OrielError('no_owner', 'This session is not here any more. Try again.')
    return this.#visit(served, visitor, mayStill)
  }

  async #visit({ session, started }: ServedSession, visitor: Visitor, mayStill: () => Promise<boolean>) {
    await started
    return { target: session.components, caller: await this.#callerOf(visitor), mayStill }
  }

  /** Rejects with not_allowed. Gives what asks again. */
  async #mayWrite(visitor: Visitor): Promise<() => Promise<boolean>> {
    const mayWrite = async () => (await this.#options.gatekeeper.rights(visitor, null)).mayWrite
    if (!(await mayWrite())) throw new OrielError('not_allowed', 'You may look at this, but not change anything.')
    return mayWrite
  }

  async #callerOf(visitor: Visitor): Promise<ComponentCaller> {
    const { visitors, app } = this.#options
    const granted = await Promise.all(PERMISSIONS.map((name) => visitors.may(visitor, name, ['app', app])))
    const { userId, roles } = visitor
    return { userId, roles: [...roles], permissions: PERMISSIONS.filter((_, i) => granted[i]), isOwner: false }
  }

  /** Of the process that has the session; if that one is gone before it has begun to answer, of whoever has it then. */
  #elsewhere(workerId: string, visitor: Visitor, tries = 1): ComponentTarget {
    const { link, registry } = this.#options
    const remote = remoteComponents(() => link!(workerId, visitor.sid))
    return {
      open: (...given) => remote.open(...given),
      request: async (asking, sink) => {
        this.#asking++
        try {
          return await remote.request(asking, sink)
        } catch (error) {
          if (!(error instanceof OrielError && error.code === 'no_owner' && tries < MAX_OWNERS)) throw error
          const located = await registry.open(visitor)
          if (located.at === 'elsewhere')
            return await this.#elsewhere(located.workerId, visitor, tries + 1).request(asking, sink)
          await located.served.started
          return await located.served.session.components.request(asking, sink)
        } finally {
          this.#asking--
        }
      },
    }
  }
}
