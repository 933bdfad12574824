import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, StateStores, WidgetStore } from '../../../src/main/stores/state/types.ts'
import { SHORT_MS, SHORT_TTL, STRANGE_IDS } from './state-context.ts'
import type { StateContext } from './state-context.ts'

export function widgetsContract(context: StateContext, hasProcesses: boolean): void {
  describe('widgets', () => {
    const overProcesses = hasProcesses ? it : () => {}
    let stores: StateStores
    let widgets: WidgetStore
    beforeEach(() => {
      stores = context.open()
      widgets = stores.widgets
    })

    it('[W1] gives back what was registered, and when', async () => {
      const metadata = { title: 'Grüße 👋', nested: { list: [1, 'two', null, { three: true }] } }
      const before = await context.subject.now()
      await widgets.register('w', '<p>\u0000ä\n</p>', { token: 't', ownerWorkerId: 'o', metadata })
      const after = await context.subject.now()
      const widget = await widgets.get('w')
      expect(widget).toEqual({
        widgetId: 'w',
        html: '<p>\u0000ä\n</p>',
        token: 't',
        createdAt: expect.any(Number),
        ownerWorkerId: 'o',
        metadata,
      })
      expect(widget!.createdAt).toBeGreaterThanOrEqual(before)
      expect(widget!.createdAt).toBeLessThanOrEqual(after)
      expect(await widgets.getHtml('w')).toBe('<p>\u0000ä\n</p>')
      expect(await widgets.getToken('w')).toBe('t')
      expect(await widgets.exists('w')).toBe(true)
    })

    it('[W2] knows nothing of an id that was never registered, and no token or metadata that was not given', async () => {
      for (const id of ['nobody', '', 'x'.repeat(2_000), '\ud800']) {
        expect(await widgets.get(id)).toBeNull()
        expect(await widgets.getHtml(id)).toBeNull()
        expect(await widgets.getToken(id)).toBeNull()
        expect(await widgets.exists(id)).toBe(false)
        expect(await widgets.delete(id)).toBe(false)
      }
      await widgets.register('bare', '')
      expect(await widgets.get('bare')).toMatchObject({ html: '', token: null, ownerWorkerId: null, metadata: {} })
      expect(await widgets.getHtml('bare')).toBe('')
      expect(await widgets.getToken('bare')).toBeNull()
    })

    it('[W3] is deleted once; the list and the count say what exists says', async () => {
      const agree = async (expected: string[]): Promise<void> => {
        expect((await widgets.listActive()).sort()).toEqual(expected)
        expect(await widgets.count()).toBe(expected.length)
        for (const id of ['a', 'b', 'c']) expect(await widgets.exists(id)).toBe(expected.includes(id))
      }
      await agree([])
      for (const id of ['a', 'b', 'c']) await widgets.register(id, id)
      await agree(['a', 'b', 'c'])
      await widgets.register('a', 'again')
      await agree(['a', 'b', 'c'])
      expect(await widgets.delete('b')).toBe(true)
      expect(await widgets.delete('b')).toBe(false)
      await agree(['a', 'c'])
      await widgets.delete('a')
      await widgets.delete('c')
      await agree([])
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[W4] an update shows at once, and makes nothing of an unknown id', async () => {
      await widgets.register('w', 'old', { token: 'old', metadata: { kept: true }, ownerWorkerId: 'kept' })
      const { createdAt } = (await widgets.get('w'))!
      expect(await widgets.updateHtml('w', 'new')).toBe(true)
      expect(await widgets.getHtml('w')).toBe('new')
      expect(await widgets.updateToken('w', 'newer')).toBe(true)
      expect(await widgets.get('w')).toEqual({
        widgetId: 'w',
        html: 'new',
        token: 'newer',
        createdAt,
        ownerWorkerId: 'kept',
        metadata: { kept: true },
      })
      expect(await widgets.updateHtml('nobody', 'x')).toBe(false)
      expect(await widgets.updateToken('nobody', 'x')).toBe(false)
      expect(await widgets.exists('nobody')).toBe(false)
      expect(await widgets.listActive()).toEqual(['w'])
    })

    it('[W5] after its time a widget is unknown everywhere and leaves nothing', async () => {
      const short = context.open({ widgetTtl: SHORT_TTL }).widgets
      await short.register('short', 'x', { token: 't' })
      await widgets.register('long', 'x')
      expect(await widgets.exists('short')).toBe(true)
      await short.updateHtml('short', 'an update does not make it live longer')
      await context.subject.pass(SHORT_MS)
      expect(await widgets.get('short')).toBeNull()
      expect(await widgets.getHtml('short')).toBeNull()
      expect(await widgets.getToken('short')).toBeNull()
      expect(await widgets.exists('short')).toBe(false)
      expect(await widgets.listActive()).toEqual(['long'])
      expect(await widgets.count()).toBe(1)
      expect(await widgets.updateHtml('short', 'x')).toBe(false)
      expect(await widgets.updateToken('short', 'x')).toBe(false)
      expect(await widgets.delete('short')).toBe(false)
      await widgets.delete('long')
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[W5] registering again starts its time anew, and null never ends', async () => {
      const short = context.open({ widgetTtl: SHORT_TTL }).widgets
      const forever = context.open({ widgetTtl: null }).widgets
      await short.register('again', '1')
      await short.register('kept', '1')
      await widgets.register('again', '2')
      await forever.register('kept', '2')
      await context.subject.pass(SHORT_MS)
      expect((await widgets.listActive()).sort()).toEqual(['again', 'kept'])
      expect(await widgets.getHtml('kept')).toBe('2')
    })

    it('[W6] registering again replaces every field', async () => {
      await widgets.register('w', 'old', { token: 't', ownerWorkerId: 'o', metadata: { a: 1 } })
      await widgets.register('w', 'new')
      expect(await widgets.get('w')).toMatchObject({ html: 'new', token: null, ownerWorkerId: null, metadata: {} })
      expect(await widgets.count()).toBe(1)
    })

    it('[W7] twenty at once all exist, and updates beside reads tear nothing', async () => {
      const ids = Array.from({ length: 20 }, (_, n) => `w${n}`)
      await Promise.all(ids.map((id) => widgets.register(id, id)))
      expect((await widgets.listActive()).sort()).toEqual(ids.toSorted())
      const versions = new Set(Array.from({ length: 11 }, (_, n) => String(n).repeat(10_000)))
      await widgets.register('w0', '0'.repeat(10_000))
      const reader = context.open().widgets
      const [reads] = await Promise.all([
        Promise.all(Array.from({ length: 20 }, () => reader.getHtml('w0'))),
        ...[...versions].map((html) => widgets.updateHtml('w0', html)),
      ])
      for (const html of reads) expect(versions.has(html!)).toBe(true)
    })

    overProcesses('[W7] the same from four processes at once', async () => {
      const children = Array.from({ length: 4 }, () => context.spawn())
      await Promise.all(
        children.map((child, n) =>
          child.call(Array.from({ length: 20 }, (_, i) => ['widgets', 'register', `w${n}-${i}`, 'x'])),
        ),
      )
      expect(await widgets.count()).toBe(80)
      const versions = Array.from({ length: 10 }, (_, n) => String(n).repeat(10_000))
      await widgets.register('shared', versions[0]!)
      const answers = await Promise.all(
        children.map((child, n) =>
          child.call(
            Array.from({ length: 60 }, (_, i) =>
              n < 2 ? ['widgets', 'updateHtml', 'shared', versions[i % 10]!] : ['widgets', 'getHtml', 'shared'],
            ),
            { inSeries: true },
          ),
        ),
      )
      for (const html of answers.slice(2).flat()) expect(versions.includes(html as string)).toBe(true)
      expect(answers.slice(0, 2).flat().every(Boolean)).toBe(true)
    })

    it('[W8] what one instance writes another reads', async () => {
      const other = context.open().widgets
      await widgets.register('w', 'x', { token: 't', metadata: { a: 1 } })
      expect(await other.get('w')).toEqual(await widgets.get('w'))
      await other.updateHtml('w', 'y')
      expect(await widgets.getHtml('w')).toBe('y')
      expect(await other.delete('w')).toBe(true)
      expect(await widgets.exists('w')).toBe(false)
    })

    overProcesses('[W8] what one process writes another reads', async () => {
      const child = context.spawn()
      await child.call([['widgets', 'register', 'w', 'x', { metadata: { a: 1 } }]])
      expect(await widgets.get('w')).toMatchObject({ html: 'x', metadata: { a: 1 } })
      await widgets.delete('w')
      expect(await child.call([['widgets', 'exists', 'w']])).toEqual([false])
    })

    it('[W9] what it gives and what it was given are copies', async () => {
      const metadata: JsonObject = { list: [1] }
      await widgets.register('w', 'x', { metadata })
      ;(metadata['list'] as number[]).push(2)
      const read = (await widgets.get('w'))!
      ;(read.metadata['list'] as number[]).push(3)
      read.html = 'y'
      expect(await widgets.get('w')).toMatchObject({ html: 'x', metadata: { list: [1] } })
    })

    it('[W9] no id collides with another, whatever is in it', async () => {
      for (const id of STRANGE_IDS) await widgets.register(id, `html of ${id}`, { token: `t${id.slice(0, 9)}` })
      expect((await widgets.listActive()).sort()).toEqual(STRANGE_IDS.toSorted())
      for (const id of STRANGE_IDS) expect(await widgets.get(id)).toMatchObject({ widgetId: id, html: `html of ${id}` })
      expect(await widgets.delete('*')).toBe(true)
      expect(await widgets.count()).toBe(STRANGE_IDS.length - 1)
    })

    it('[W9] refuses what is no id, no text and no JSON', async () => {
      const refused = { code: 'bad_value' }
      for (const id of ['', 'x'.repeat(1_025), '\ud800', 7, null])
        await expect(widgets.register(id as string, 'x')).rejects.toMatchObject(refused)
      await expect(widgets.register('w', 7 as unknown as string)).rejects.toMatchObject(refused)
      const bad: unknown[] = [
        { a: undefined },
        { a: () => 1 },
        { a: Number.NaN },
        { a: 1n },
        { a: new Date(0) },
        { a: new Map() },
        { a: '\udfff' },
        [1],
        'text',
        JSON.parse('{"__proto__":{"admin":true}}'),
      ]
      for (const metadata of bad)
        await expect(widgets.register('w', 'x', { metadata: metadata as JsonObject })).rejects.toMatchObject(refused)
      const deep: JsonObject = {}
      let inner = deep
      for (let i = 0; i < 100; i++) inner = inner['in'] = {}
      await expect(widgets.register('w', 'x', { metadata: deep })).rejects.toMatchObject(refused)
      await expect(widgets.register('w', 'x', { metadata: { a: 'x'.repeat(2_000_000) } })).rejects.toMatchObject({
        code: 'too_large',
      })
      expect(await widgets.count()).toBe(0)
    })

    it('[W10] damaged metadata reads as empty and is told once', async () => {
      await widgets.register('w', 'x', { token: 't', metadata: { a: 1 } })
      for (const damage of ['{"a":', '[1]', 'null', '']) {
        await context.subject.spoil.widgetMetadata('w', damage)
        expect(await widgets.get('w')).toMatchObject({ html: 'x', token: 't', metadata: {} })
      }
      expect(context.log.lines.filter((line) => line.includes('metadata'))).toHaveLength(1)
    })

    it('says closed once it is closed', async () => {
      await stores.close()
      await stores.close()
      await expect(widgets.get('w')).rejects.toMatchObject({ code: 'closed' })
      await expect(widgets.register('w', 'x')).rejects.toMatchObject({ code: 'closed' })
    })

    it.each([0, -1, Number.NaN, Infinity, '5'])('refuses a lifetime of %s', (ttl) => {
      expect(() => context.open({ widgetTtl: ttl as number })).toThrow(RangeError)
      expect(() => context.open({ connectionTtl: ttl as number })).toThrow(RangeError)
      expect(() => context.open({ sessionTtl: ttl as number })).toThrow(RangeError)
    })
  })
}
