import '../../../src/renderer/theme/page.css'
import { Replica } from '../../../src/client/replica.ts'
import { fromJsonValue } from '../../../src/shared/document/json.ts'
import type { Commit, DocumentSnapshot } from '../../../src/shared/document/types.ts'
import type { Value } from '../../../src/shared/value.ts'
import { COMPONENT_EVENT } from '../../../src/shared/component-event.ts'
import { Predictions } from '../../../src/renderer/html/predictions.ts'
import { Triggers } from '../../../src/renderer/html/triggers.ts'
import { ElementAsks } from '../../../src/renderer/element-asks.ts'
import { mountView } from '../../../src/renderer/views/mount.tsx'
import { triggerOptions } from '../trigger-options.ts'

/*
 * A page that draws a widget's elements as a window does, with the test in the place of the connection.
 */
declare global {
  interface Window {
    /** Given by the test: what the script answers. */
    orielAnswer: (type: string, data: Value) => Promise<{ value: string } | { problem: string }>
    /** Takes values as text with their binary, see shared/document/json.ts. */
    elements: {
      begin(snapshot: string): Promise<void>
      commit(commit: string): void
      ask(data: string): void
      errors: string[]
    }
  }
}

const replica = new Replica()
const asks = new ElementAsks()
const errors: string[] = []
const onError = (error: unknown) => void errors.push(error instanceof Error ? error.message : String(error))

const read = (text: string): unknown => fromJsonValue(JSON.parse(text))

async function ask(type: string, data: Value): Promise<Value> {
  const answer = await window.orielAnswer(type, data)
  if ('problem' in answer) throw new Error(answer.problem)
  return read(answer.value) as Value
}

window.elements = {
  errors,
  async begin(snapshot) {
    replica.receiveSnapshot(read(snapshot) as DocumentSnapshot, 'e', 0)
    const link = {
      document: replica.document,
      request: (_widgetId: string, type: string, data: Value) => ask(type, data),
    }
    const predictions = new Predictions()
    const send = (event: string, payload: Value, component: string | null) =>
      component === null ? ask(event, payload) : ask(COMPONENT_EVENT, { component_id: component, event, payload })
    const triggers = new Triggers(triggerOptions({ send, predictions, onError }))
    triggers.listen(document)
    const inOrder = <T>(next: () => Promise<T>) => triggers.sendAfter(next)
    await mountView('elements', { link: link as never, widgetId: 'w1', inOrder, asks, onError, predictions })
  },
  ask: (data) => asks.deliver(read(data) as Value),
  commit: (commit) => replica.receiveCommit(read(commit) as Commit),
}
