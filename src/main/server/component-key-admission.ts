import { OrielError } from '../../shared/errors.ts'
import type { AdmitToComponents, ComponentTarget } from './components.ts'

/**
 * On a person's own computer: lets in whoever shows a session's key, as `Authorization: Bearer KEY`. `find` gives the
 * components that a key is for.
 */
export function admitByKey(find: (key: string) => ComponentTarget | null): AdmitToComponents {
  return async ({ headers: { authorization = '' } }) => {
    const [, key = ''] = /^Bearer ([\w-]{1,200})$/i.exec(authorization) ?? []
    const target = key === '' ? null : find(key)
    if (!target) {
      throw new OrielError(
        'ticket_refused',
        'Show the key of a session that is open: "oriel attach ID" prints it. Send it as "Authorization: Bearer KEY".',
      )
    }
    return { target, caller: { userId: null, roles: [], permissions: [], isOwner: true } }
  }
}
