import { html, session, SessionState, show } from 'oriel'
import { z } from 'zod'

class Life extends SessionState.define({ events: z.array(z.string()).default([]) }) {}

await session.onCreate(async () => {
  await Promise.resolve()
  Life.get().events.push('created')
})
Life.get().events.push('body')
session.onAttach(({ role }) => Life.get().events.push(`attached ${role}`))
session.onClose(() => Life.get().events.push('closing'))
const w = await show('<p id="who"></p><button data-event="ask">Ask</button>', { title: 'Request' })
w.on('ask', () => {
  const { arguments: given, headers, cookies } = session.get('request')
  return w.patch('#who', html`${given.year} ${headers['user-agent']} ${JSON.stringify(cookies)}`)
})
