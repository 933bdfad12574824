import type { Carrier } from '../shared/carrier.ts'
import { webSocketCarrier } from '../shared/carriers/websocket.ts'
import { OrielError } from '../shared/errors.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../shared/protocol.ts'
import { LANE_PATH } from '../shared/lane.ts'
import type { Boot } from './boot.ts'
import { withLane } from './lane.ts'
import { reloadFor } from './reload.ts'

/**
 * The page's way to its room, for the first connection and for each one after: the carrier its preload brought, else a
 * WebSocket to where the page came from. A preload brings one carrier a page; for another the page is loaded again, and
 * meanwhile this rejects with `not_connected`.
 */
export function openCarrier(boot: Boot): () => Promise<Carrier> {
  const { socket, widgetId } = boot
  if (socket === null) return broughtCarrier(window.orielCarrier, widgetId)
  const address = new URL(socket, location.href)
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  return async () =>
    withLane(webSocketCarrier(new WebSocket(address), { maxMessageBytes: OWN_MAX_MESSAGE_BYTES }), LANE_PATH)
}

function broughtCarrier(brought: Carrier | undefined, widgetId: string): () => Promise<Carrier> {
  const reload = reloadFor(widgetId, { instead: 'oriel: the connection was lost again; the page is soon reloaded.' })
  let given = false
  return async () => {
    if (!brought) throw new OrielError('not_connected', 'This window has no connection to its session.')
    if (given) {
      reload()
      throw new OrielError('not_connected', 'The connection was lost; the page is loaded again.')
    }
    given = true
    return brought
  }
}
