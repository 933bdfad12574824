/*
 * A script thread whose session has no room: events are sent in, and calls are seen, through messages on its port.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { runScript } from '../../../../../src/main/scripts/run-script.ts'
import type { ThreadStart } from '../../../../../src/main/scripts/control.ts'
import type { Value } from '../../../../../src/shared/value.ts'
import { LinkDouble } from '../../../sdk/support/link-double.ts'

await runScript(workerData as ThreadStart, parentPort!, async ({ port, ticket }) => {
  const link = new LinkDouble('client-1', 'session-1')
  if (ticket === 'wrong') throw new Error('wrong ticket')
  link.answer = (method, params) => {
    port.postMessage({ method, params })
    return null
  }
  port.on('message', (event: { widgetId: string; type: string; data?: Value }) => {
    link.event(event.widgetId, event.type, event.data).then(
      (value) => port.postMessage({ answered: value }),
      (error: Error) => port.postMessage({ refused: error.message }),
    )
  })
  return link.asLink()
})
