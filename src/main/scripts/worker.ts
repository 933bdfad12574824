/*
 * Entry of a script's worker thread: puts the parts together and runs the script, for one session or for several. Nothing imports it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { RoomClient } from '../../client/room-client.ts'
import { messagePortCarrier } from '../../shared/carriers/message-port.ts'
import { causes } from '../../sdk/runtime/frame.ts'
import { OWN_MAX_MESSAGE_BYTES } from '../../shared/protocol.ts'
import type { SharedStart, ThreadStart } from './control.ts'
import { runScript } from './run-script.ts'
import { runShared } from './run-shared.ts'

const start = workerData as ThreadStart | SharedStart
if ('shared' in start) runShared(start, parentPort!, connect)
else await runScript(start, parentPort!, connect)

async function connect({ port, ticket }: { port: MessagePort; ticket: string }): Promise<RoomClient> {
  const carrier = messagePortCarrier(port)
  const client = new RoomClient({
    open: async () => carrier,
    ticket,
    heartbeat: false,
    maxMessageBytes: OWN_MAX_MESSAGE_BYTES,
    cause: (self) => {
      const cause = causes.getStore()
      return cause?.link === self ? cause.seq : undefined
    },
  })
  await client.connect()
  return client
}
