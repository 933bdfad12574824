import { OrielError } from '../../shared/errors.ts'
import type { AdmitToComponents } from '../server/components.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { SessionRegistry } from './registry.ts'
import type { Visitors } from './visitors.ts'

/** What is asked about on the app, for permissions of components. */
const PERMISSIONS = ['read', 'write', 'admin'] as const

export interface ComponentAdmissionOptions {
  visitors: Visitors
  gatekeeper: Gatekeeper
  registry: SessionRegistry
  /** Name of what is served, for grants. */
  app: string
}

/** Where a script is served: lets visitors ask the components of their own session, if they may change something there. */
export function admitVisitors({ visitors, gatekeeper, registry, app }: ComponentAdmissionOptions): AdmitToComponents {
  return async ({ headers: { cookie } }) => {
    const visitor = await visitors.find(cookie)
    if (!visitor) throw new OrielError('ticket_refused', 'Open the app in this browser first, or send its cookie.')
    const mayWrite = async () => (await gatekeeper.rights(visitor, null)).mayWrite
    if (!(await mayWrite())) throw new OrielError('not_allowed', 'You may look at this, but not change anything.')
    const located = await registry.open(visitor)
    if (located.at === 'elsewhere')
      throw new OrielError(
        'overloaded',
        'Another process has your session, and components are not asked across processes.',
      )
    const { session, started } = located.served
    await started
    const granted = await Promise.all(PERMISSIONS.map((name) => visitors.may(visitor, name, ['app', app])))
    const { userId, roles } = visitor
    return {
      target: session.components,
      caller: { userId, roles: [...roles], permissions: PERMISSIONS.filter((_, i) => granted[i]), isOwner: false },
      mayStill: mayWrite,
    }
  }
}
