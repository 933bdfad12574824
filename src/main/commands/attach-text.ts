/** How a program attaches to a session. */
export interface Access {
  sessionId: string
  url: string
  ticket: string
  /** For the components of its script. */
  key?: string | undefined
}

const LINES = ({ sessionId, url, ticket }: Access) => `session  ${sessionId}
url      ${url}
ticket   ${ticket}   (good once, for 60 seconds)`

/** What `oriel attach` prints of a session that runs: how to attach, and a program to begin with. `clientModule`: URL of what programs import as `oriel/client`. */
export function attachText(access: Access, clientModule: string): string {
  const { url, ticket } = access
  return `${LINES(access)}

A program to begin with; save it as attached.mjs and run it with "node attached.mjs":

import { pullSession } from '${clientModule}'

const session = await pullSession({ url: '${url}', ticket: '${ticket}' })
for (const record of session.document.records()) console.log(record.id, record.props)
session.document.onChange(({ ops }) => console.log(ops))${keyText(access)}`
}

/** How its components are asked. */
function keyText({ url, key }: Access): string {
  if (key === undefined) return ''
  const { host } = new URL(url)
  return `

To ask a component of the script that is registered as NAME (the key is good until the session ends):

curl -X POST http://${host}/components/NAME -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' -d '{"event": null}'`
}

/** The same of a session that programs are to drive. */
export function pushText(access: Access, clientModule: string): string {
  const { url, ticket } = access
  return `${LINES(access)}

A program to begin with; save it as pushed.mjs and run it with "node pushed.mjs":

import { Document, pushSession } from '${clientModule}'

const document = new Document()
document.transact((tx) => {
  tx.put({ id: 'hello', type: 'button', props: { text: 'Hello', on: { click: 'hello' } } })
  tx.roots(['hello'])
})
const session = await pushSession(document, { url: '${url}', ticket: '${ticket}' })
session.on('hello', () => document.transact((tx) => tx.set('hello', ['text'], 'Hello to you')))`
}

/** What is said besides by the process that runs the session. */
export const STAYS = `The session runs here until its window is closed, or for two minutes with no window and no program. Ctrl+C ends it.`
