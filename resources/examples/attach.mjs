// Changes the filter of the weather example from another program, and tells what the person chooses from then on.
//
//   oriel resources/examples/weather.oriel.ts    in one terminal
//   oriel sessions list                          in another: the example's id
//   oriel attach ID                              its url and a ticket
//   node resources/examples/attach.mjs URL TICKET [YEAR]
import { pullSession } from 'oriel/client'

const [url, ticket, year = '2014'] = process.argv.slice(2)
if (!url || !ticket) {
  console.error('Usage: node attach.mjs URL TICKET [YEAR]')
  process.exit(2)
}

// The state class of a script is the record `state:` and its name; each field is a prop.
const CHOICE = 'state:Choice'

const session = await pullSession({ url, ticket })
const { document } = session
console.log('The year was', document.get(CHOICE)?.props.year)

document.transact((tx) => tx.set(CHOICE, ['year'], year))
// Resolves when the session has stored it; rejects if it was refused.
await session.flush()
console.log('The year is', document.get(CHOICE)?.props.year)

document.onChange(({ origin }) => origin === 'remote' && console.log(JSON.stringify(document.get(CHOICE)?.props)), {
  id: CHOICE,
})
process.once('SIGINT', () => session.close())
await new Promise((ended) => {
  session.onStateChange((state) => state === 'closed' && ended())
})
