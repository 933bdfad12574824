import type { Carrier } from '../shared/carrier.ts'
import { webSocketCarrier } from '../shared/carriers/websocket.ts'
import { OrielError } from '../shared/errors.ts'
import type { Boot } from './boot.ts'

/** The page's way to its room: the one its preload brought, else a WebSocket to where the page came from. */
export function openCarrier(boot: Boot): () => Promise<Carrier> {
  const { socket } = boot
  if (socket === null) {
    const brought = window.orielCarrier
    return async () => {
      if (!brought) throw new OrielError('not_connected', 'This window has no connection to its session.')
      return brought
    }
  }
  const address = new URL(socket, location.href)
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  return async () => webSocketCarrier(new WebSocket(address))
}
