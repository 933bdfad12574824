import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/* The least that serves visitors: a page, and a WebSocket that says hello and echoes. Prints its address. */

const server = createServer((_request, response) => response.end('<!doctype html><h1 id="n">0</h1>'))
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.send('hello')
  socket.on('message', (data) => socket.send(data))
})
server.listen(0, '127.0.0.1', () => console.log(`served at http://127.0.0.1:${(server.address() as AddressInfo).port}`))
