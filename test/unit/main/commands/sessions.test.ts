import { expect, test } from 'vitest'
import { SessionCommands } from '../../../../src/main/commands/sessions.ts'
import { createMemoryStores } from '../../../../src/main/stores/memory.ts'

test('[J13] a session is shown although one of its commits no longer fits, with binary and NaN kept', async () => {
  const stores = createMemoryStores()
  const times = { createdAt: 1, lastUsedAt: 1 }
  const entry = { sessionId: 's1', clientId: 'c', scriptPath: '/a.ts', arguments: {}, title: 'A', ...times }
  await stores.sessions.save({ ...entry, state: 'closed', pid: null })
  const props = { bytes: new Uint8Array([0, 255]), ratio: Number.NaN }
  await stores.documents.append('s1', [
    { epoch: 'e', version: 1, origin: null, ops: [{ op: 'put', record: { id: 'a', type: 'note', props } }] },
    { epoch: 'e', version: 2, origin: null, ops: [{ op: 'set', id: 'nobody', path: ['x'], value: 1 }] },
    { epoch: 'e', version: 3, origin: null, ops: [{ op: 'title', title: 'After' }] },
  ])
  const printed: string[] = []
  await new SessionCommands({ stores, isAlive: () => false, print: (text) => void printed.push(text) }).show('s')
  expect(JSON.parse(printed.join(''))).toMatchObject({
    session: { sessionId: 's1', state: 'closed' },
    document: {
      title: 'After',
      records: [
        {
          id: 'a',
          props: { bytes: { $oriel: 'Uint8Array', $value: 'AP8=' }, ratio: { $oriel: 'number', $value: 'NaN' } },
        },
      ],
    },
  })
})
