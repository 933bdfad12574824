import { session, show } from 'oriel'

/** Small edits every few milliseconds; on `large` a value of so many MiB goes among them. */
const PAUSE_MS = 5
const now = () => performance.timeOrigin + performance.now()

await show('<p>Large values</p>')
session.document.transact((tx) => tx.put({ id: 'small', type: 'note', props: { at: 0 } }))
session.on('large', (mebibytes) => {
  const data = new Float64Array(((mebibytes as number) * 1024 * 1024) / 8).map((_, index) => index)
  session.document.transact((tx) => tx.put({ id: 'large', type: 'bytes', props: { data } }))
})
session.on('start', () => {
  const timer = setInterval(() => session.document.transact((tx) => tx.set('small', ['at'], now())), PAUSE_MS)
  session.on('stop', () => clearInterval(timer))
})
