import { describe, expect, it } from 'vitest'
import { Document } from '../../../../src/client/document.ts'
import type { ChangeEvent } from '../../../../src/client/changes.ts'
import type { DocumentRecord } from '../../../../src/shared/document/types.ts'
import { contentOf } from '../../../support/content-of.ts'
import { heardOf, type StartStage } from '../../../support/session-stage.ts'

const bytes = new Uint8Array([0x00, 0x01, 0xfe, 0xff])
const B: DocumentRecord = { id: 'b', type: 'note', props: { text: 'first', bytes, nan: Number.NaN }, children: ['c'] }
const A: DocumentRecord = { id: 'a', type: 'note', props: { n: 1 } }

function twoRoots(): Document {
  const document = new Document()
  document.transact((tx) => {
    tx.put(B)
    tx.put(A)
    tx.roots(['b', 'a'])
    tx.title('Two')
  })
  return document
}

/** P: pulling and pushing a document. */
export function documentRules(start: StartStage): void {
  describe('a document', () => {
    it('[P1] that is pushed arrives at every other client with its roots, order, values and bytes', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      const document = twoRoots()
      await program.client.push(document)
      expect(program.client.document).toBe(document)
      await stage.inStep(...all)
      const late = await stage.join('program')
      for (const { client } of [script, window, late]) {
        expect(contentOf(client.document)).toEqual(contentOf(document))
        expect(client.document.roots).toEqual(['b', 'a'])
        const arrived = client.document.get('b')?.props['bytes']
        expect(arrived).toBeInstanceOf(Uint8Array)
        expect([...(arrived as Uint8Array)]).toEqual([0x00, 0x01, 0xfe, 0xff])
      }
      document.transact((tx) => tx.set('a', ['n'], 2))
      await stage.inStep(...all)
      expect(window.client.document.get('a')?.props).toEqual({ n: 2 })
    })

    it('[P1] comes back from its JSON as it went, and can be pushed so', async () => {
      const stage = start()
      const { window, program, all } = await stage.three()
      const text = JSON.stringify(twoRoots().toJSON())
      await program.client.push(Document.fromJSON(JSON.parse(text) as object))
      await stage.inStep(...all)
      expect(contentOf(window.client.document)).toEqual(contentOf(twoRoots()))
      expect(contentOf(Document.fromJSON(window.client.document.toJSON()))).toEqual(contentOf(twoRoots()))
    })

    it('[P3] that is pulled again stays the same object, with one replaced change and nothing sent back', async () => {
      const stage = start()
      const { window, program, all } = await stage.three()
      await program.client.push(twoRoots())
      await stage.inStep(...all)
      const { version } = stage.room.journal
      for (const { client } of [window, program]) {
        const { document } = client
        const records = [...document.records()]
        const events: ChangeEvent[] = []
        document.onChange((event) => events.push(event))
        await client.refresh()
        expect(client.document).toBe(document)
        expect(events).toEqual([{ ops: [], origin: 'remote', version, replaced: true }])
        for (const record of records) expect(document.get(record.id)).toBe(record)
      }
      await stage.inStep(...all)
      await program.client.flush()
      expect(stage.room.journal.version).toBe(version)
    })

    it('[P4] that is attached may be pushed again; one that another session has may not', async () => {
      const stage = start()
      const { program } = await stage.three()
      const document = twoRoots()
      await program.client.push(document)
      const { version } = stage.room.journal
      await program.client.push(document)
      await program.client.flush()
      expect(stage.room.journal.version).toBe(version)
      const other = await start().join('program')
      await expect(other.client.push(document)).rejects.toMatchObject({ code: 'document_attached' })
      expect(other.client.document).not.toBe(document)
      expect(other.client.document.title).toBe('')
      document.transact((tx) => tx.title('still attached'))
      await program.client.flush()
      expect(stage.room.journal.state.title).toBe('still attached')
    })

    it('[P5] goes as the difference: at the others what is equal stays the same object, and what the script keeps stays', async () => {
      const stage = start()
      const { script, window, program, all } = await stage.three()
      const view: DocumentRecord = { id: 'widget:w1', type: 'widget', scope: 'view', props: { title: 'One' } }
      const state: DocumentRecord = { id: 'state:Choice', type: 'state', scope: 'state', props: { year: 'all' } }
      script.client.document.transact((tx) => {
        for (const record of [view, state, B, { id: 'gone', type: 'note', props: {} }]) tx.put(record)
        tx.roots(['gone', 'widget:w1', 'b'])
      })
      await stage.inStep(...all)
      const seen = window.client.document
      const kept = ['widget:w1', 'state:Choice', 'b'].map((id) => seen.get(id))
      const changed = new Set<string>()
      seen.onChange(({ ops }) =>
        ops.forEach((op) => changed.add('record' in op ? op.record.id : 'id' in op ? op.id : op.op)),
      )
      await program.client.push(twoRoots())
      await stage.inStep(...all)
      expect(['widget:w1', 'state:Choice', 'b'].map((id) => seen.get(id))).toEqual([view, state, B])
      for (const [index, id] of ['widget:w1', 'state:Choice', 'b'].entries()) expect(seen.get(id)).toBe(kept[index])
      expect(seen.get('gone')).toBeUndefined()
      expect(seen.roots).toEqual(['b', 'a', 'widget:w1'])
      expect([...changed].toSorted()).toEqual(['a', 'gone', 'roots', 'title'])
      // What stays was not even sent.
      expect(JSON.stringify(heardOf(window, 'commit').at(-1))).not.toContain('first')
    })
  })
}
