import { ClientSession } from '../../src/client/client-session.ts'

/*
 * A client in a process of its own: `node store-window-child.ts URL TICKET`. Tells its parent how far it has come, at most
 * once a turn of its event loop.
 */
const [url, ticket] = process.argv.slice(2) as [string, string]
const session = new ClientSession({ url, ticket, maxMessageSize: 128 * 2 ** 20 })
await session.connect()
const document = await session.pull()
let told = document.version
process.send!(told)
let telling = false
document.onChange(() => {
  if (telling) return
  telling = true
  setImmediate(() => {
    telling = false
    if (document.version > told) process.send!((told = document.version))
  })
})
