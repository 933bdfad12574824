import { MessageChannel } from 'node:worker_threads'
import type { Carrier } from '../../src/shared/carrier.ts'
import { messagePortCarrier } from '../../src/shared/carriers/message-port.ts'

/** Two carriers joined by a message channel of this process. Close one to let the process end. */
export function pair(): [Carrier, Carrier] {
  const { port1, port2 } = new MessageChannel()
  return [messagePortCarrier(port1), messagePortCarrier(port2)]
}
