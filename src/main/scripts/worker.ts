/*
 * Entry of a script's worker thread: puts the parts together and runs the script. Nothing imports it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { RoomClient } from '../../client/room-client.ts'
import { messagePortCarrier } from '../../shared/carriers/message-port.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { ThreadStart } from './control.ts'
import { runScript } from './run-script.ts'

await runScript(workerData as ThreadStart, parentPort!, async ({ port, ticket }) => {
  const carrier = messagePortCarrier(port)
  const client = new RoomClient({
    open: async () => carrier,
    ticket,
    heartbeat: false,
    maxMessageBytes: OWN_MAX_MESSAGE_BYTES,
  })
  await client.connect()
  return client
})
