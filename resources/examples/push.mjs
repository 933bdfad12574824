// A shopping list in a window of its own, without a script: pushed, shown and driven by this program.
//
//   oriel attach --new                  prints the address and a ticket
//   node push.mjs URL TICKET            Ctrl+C leaves; closing the window ends it

const [url, ticket] = process.argv.slice(2)
// Where this file lies in Oriel itself there is no package of that name.
const { Document, pushSession } = await import('oriel/client').catch(() => import('../../out/main/sdk/client.js'))

const item = (id, text) => [
  { id, type: 'li', props: {}, children: [`${id}.label`] },
  { id: `${id}.label`, type: 'label', props: {}, children: [`${id}.done`, `${id}.text`] },
  { id: `${id}.done`, type: 'input', props: { type: 'checkbox', checked: false, on: { change: 'done' } } },
  { id: `${id}.text`, type: 'span', props: { text } },
]

const children = ['label', 'add']
const document = new Document()
document.transact((tx) => {
  tx.title('Shopping list')
  tx.put({ id: 'title', type: 'h1', props: { text: 'Shopping list' } })
  tx.put({ id: 'list', type: 'ul', props: { style: { listStyle: 'none', padding: 0 } }, children: ['first'] })
  for (const record of item('first', 'Bread')) tx.put(record)
  tx.put({ id: 'form', type: 'form', props: { on: { submit: 'add' }, 'data-reset': true }, children })
  tx.put({ id: 'label', type: 'label', props: { text: 'What else?' }, children: ['what'] })
  tx.put({ id: 'what', type: 'input', props: { name: 'what', required: true, autocomplete: 'off' } })
  tx.put({ id: 'add', type: 'button', props: { text: 'Add' } })
  tx.roots(['title', 'list', 'form'])
})

const session = await pushSession(document, { url, ticket })
console.log('Shown')

let count = 0
session.on('add', ({ what }) => {
  const id = `item${++count}`
  document.transact((tx) => {
    for (const record of item(id, what)) tx.put(record)
    tx.put({ ...tx.get('list'), children: [...tx.get('list').children, id] })
  })
  console.log(`Added ${what}`)
})
session.on('done', ({ id, checked }) => {
  const style = checked ? { textDecoration: 'line-through', opacity: 0.6 } : {}
  document.transact((tx) => {
    tx.set(id, ['checked'], checked)
    tx.set(id.replace('.done', '.text'), ['style'], style)
  })
  console.log(`${id} is ${checked ? 'done' : 'open'}`)
})
session.onStateChange((state) => state === 'closed' && process.exit(0))
process.on('SIGINT', () => void session.close())
