import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { WebSocket as NodeSocket, WebSocketServer } from 'ws'
import { silentLog } from '../../src/main/log.ts'
import { createServer } from '../../src/main/server/index.ts'
import { withLane } from '../../src/renderer/lane.ts'
import type { Carrier } from '../../src/shared/carrier.ts'
import { messagePortCarrier } from '../../src/shared/carriers/message-port.ts'
import { webSocketCarrier, type WebSocketLike } from '../../src/shared/carriers/websocket.ts'
import { LANE_PATH } from '../../src/shared/lane.ts'
import { CLOSE } from '../../src/shared/protocol.ts'
import { carrierContract, listen, type CarrierPair } from './suites/carrier-contract.ts'

carrierContract('message port of node:worker_threads', async () => {
  const { port1, port2 } = new MessageChannel()
  return {
    a: messagePortCarrier(port1),
    b: messagePortCarrier(port2),
    cut: () => port1.close(),
    end: async () => {
      port1.close()
      port2.close()
    },
  }
})

async function socketPair(connect: (url: string) => WebSocketLike): Promise<CarrierPair> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[NodeSocket]>
  const dialled = connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const opened = new Promise<void>((resolve) => dialled.addEventListener('open', () => resolve()))
  const a = webSocketCarrier(dialled)
  const [socket] = await accepted
  await opened
  return {
    a,
    b: webSocketCarrier(socket),
    cut: () => socket.terminate(),
    end: async () => {
      a.close()
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

/** As a window's page and the server have it: frames of streams come in an http answer beside the socket. */
carrierContract('WebSocket with a lane for frames', async () => {
  const attached = Promise.withResolvers<Carrier>()
  const server = await createServer({
    pages: async () => new Response(null, { status: 404 }),
    attach: attached.resolve,
    allowPrograms: () => true,
    log: silentLog,
  })
  const b = withLane(webSocketCarrier(new WebSocket(server.socketUrl)), `${server.origin}${LANE_PATH}`)
  b.send({ type: 'watch', stream: 'any' })
  const a = await attached.promise
  await listen(a).take(1)
  return {
    a,
    b,
    cut: () => a.close(CLOSE.cut),
    end: async () => {
      b.close()
      await server.close()
    },
  }
})

carrierContract('WebSocket, ws on both sides', () => socketPair((url) => new NodeSocket(url)))
carrierContract('WebSocket, the one of the platform against ws', () => socketPair((url) => new WebSocket(url)))
