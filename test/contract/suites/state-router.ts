import { beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionRouter } from '../../../src/main/stores/state/types.ts'
import { SHORT_MS, SHORT_TTL, STRANGE_IDS } from './state-context.ts'
import type { StateContext } from './state-context.ts'

export function routerContract(context: StateContext, which: 'router' | 'callbacks', hasProcesses: boolean): void {
  const shortLived = which === 'router' ? { connectionTtl: SHORT_TTL } : { callbackTtl: SHORT_TTL }
  describe(which, () => {
    const overProcesses = hasProcesses ? it : () => {}
    let router: ConnectionRouter
    beforeEach(() => {
      router = context.open()[which]
    })

    it('[R1] says who has a widget, for whom and since when', async () => {
      const before = await context.subject.now()
      await router.registerConnection('w', 'a', { userId: 'u', sessionId: 's' })
      await router.registerConnection('bare', 'a')
      const info = await router.getConnectionInfo('w')
      expect(info).toMatchObject({ widgetId: 'w', workerId: 'a', userId: 'u', sessionId: 's' })
      expect(info!.connectedAt).toBeGreaterThanOrEqual(before)
      expect(info!.connectedAt).toBeLessThanOrEqual(await context.subject.now())
      expect(info!.lastHeartbeat).toBe(info!.connectedAt)
      expect(await router.getConnectionInfo('bare')).toMatchObject({ userId: null, sessionId: null })
      expect(await router.getOwner('w')).toBe('a')
      for (const id of ['nobody', '']) {
        expect(await router.getConnectionInfo(id)).toBeNull()
        expect(await router.getOwner(id)).toBeNull()
      }
      await expect(router.registerConnection('', 'a')).rejects.toMatchObject({ code: 'bad_value' })
      await expect(router.registerConnection('w', '')).rejects.toMatchObject({ code: 'bad_value' })
    })

    it('[R1] [R3] is apart from the other', async () => {
      const stores = context.open()
      const other = stores[which === 'router' ? 'callbacks' : 'router']
      await stores[which].registerConnection('w', 'a')
      expect(await other.getOwner('w')).toBeNull()
      expect(await other.claimConnection('w', 'b')).toBe('b')
      expect(await other.listWorkerConnections('a')).toEqual([])
      expect(await other.unregisterConnection('w')).toBe(true)
      expect(await stores[which].getOwner('w')).toBe('a')
      expect(await stores[which].listWorkerConnections('a')).toEqual(['w'])
    })

    it('[R2] every heartbeat is later than the one before, also within a millisecond', async () => {
      await router.registerConnection('w', 'a')
      let last = (await router.getConnectionInfo('w'))!.lastHeartbeat
      for (let i = 0; i < 5; i++) {
        expect(await router.refreshHeartbeat('w')).toBe(true)
        const { lastHeartbeat, connectedAt } = (await router.getConnectionInfo('w'))!
        expect(lastHeartbeat).toBeGreaterThan(last)
        expect(connectedAt).toBeLessThan(lastHeartbeat)
        last = lastHeartbeat
      }
      expect(await router.refreshHeartbeat('nobody')).toBe(false)
      expect(await router.getConnectionInfo('nobody')).toBeNull()
    })

    it('[R3] is unregistered once; a worker has only its own', async () => {
      for (const id of ['w1', 'w2']) await router.registerConnection(id, 'a')
      await router.registerConnection('w3', 'b')
      expect((await router.listWorkerConnections('a')).sort()).toEqual(['w1', 'w2'])
      expect(await router.listWorkerConnections('b')).toEqual(['w3'])
      expect(await router.listWorkerConnections('nobody')).toEqual([])
      expect(await router.unregisterConnection('w1')).toBe(true)
      expect(await router.unregisterConnection('w1')).toBe(false)
      expect(await router.listWorkerConnections('a')).toEqual(['w2'])
      await router.unregisterConnection('w2')
      await router.unregisterConnection('w3')
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[R4] a widget that moves to another worker leaves the first one at once', async () => {
      await router.registerConnection('w', 'a', { userId: 'u' })
      await router.registerConnection('w', 'b')
      expect(await router.getConnectionInfo('w')).toMatchObject({ workerId: 'b', userId: null })
      expect(await router.listWorkerConnections('a')).toEqual([])
      expect(await router.listWorkerConnections('b')).toEqual(['w'])
      await router.registerConnection('w', 'b')
      expect(await router.listWorkerConnections('b')).toEqual(['w'])
    })

    it('[R5] what has expired is out of the list too, and a heartbeat keeps it', async () => {
      const short = context.open(shortLived)[which]
      await short.registerConnection('dies', 'a')
      await short.registerConnection('lives', 'a')
      await router.refreshHeartbeat('lives')
      await context.subject.pass(SHORT_MS)
      expect(await router.getConnectionInfo('dies')).toBeNull()
      expect(await router.getOwner('dies')).toBeNull()
      expect(await router.listWorkerConnections('a')).toEqual(['lives'])
      expect(await router.refreshHeartbeat('dies')).toBe(false)
      expect(await router.unregisterConnection('dies')).toBe(false)
      await router.unregisterConnection('lives')
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[R6] who is not the owner can neither refresh nor unregister', async () => {
      await router.registerConnection('w', 'a')
      const before = await router.getConnectionInfo('w')
      expect(await router.refreshHeartbeat('w', 'b')).toBe(false)
      expect(await router.unregisterConnection('w', 'b')).toBe(false)
      expect(await router.getConnectionInfo('w')).toEqual(before)
      expect(await router.refreshHeartbeat('w', 'a')).toBe(true)
      expect(await router.unregisterConnection('w', 'a')).toBe(true)
      expect(await router.getOwner('w')).toBeNull()
    })

    it('[R7] a claim takes what nobody has, or what the worker that is named as dead has, and nothing else', async () => {
      expect(await router.claimConnection('w', 'a', { userId: 'u', sessionId: 's' })).toBe('a')
      const first = (await router.getConnectionInfo('w'))!
      expect(first).toMatchObject({ workerId: 'a', userId: 'u', sessionId: 's', lastHeartbeat: first.connectedAt })

      expect(await router.claimConnection('w', 'b')).toBe('a')
      expect(await router.claimConnection('w', 'b', { from: 'c', userId: 'v' })).toBe('a')
      expect(await router.claimConnection('w', 'b', { from: null })).toBe('a')
      expect(await router.getConnectionInfo('w')).toEqual(first)
      expect(await router.listWorkerConnections('b')).toEqual([])

      expect(await router.claimConnection('w', 'a', { userId: 'v' })).toBe('a')
      expect(await router.getConnectionInfo('w')).toMatchObject({ workerId: 'a', userId: 'v', sessionId: null })

      expect(await router.claimConnection('w', 'b', { from: 'a' })).toBe('b')
      // Who named the same dead worker a moment later finds somebody else there.
      expect(await router.claimConnection('w', 'c', { from: 'a' })).toBe('b')
      expect(await router.listWorkerConnections('a')).toEqual([])
      expect(await router.listWorkerConnections('b')).toEqual(['w'])
      expect(await router.refreshHeartbeat('w', 'a')).toBe(false)

      await router.unregisterConnection('w', 'b')
      expect(await router.claimConnection('w', 'c')).toBe('c')
      await router.unregisterConnection('w')
      expect(await context.subject.leftovers()).toEqual([])
      await expect(router.claimConnection('', 'a')).rejects.toMatchObject({ code: 'bad_value' })
      await expect(router.claimConnection('w', '')).rejects.toMatchObject({ code: 'bad_value' })
      await expect(router.claimConnection('w', 'a', { from: '' })).rejects.toMatchObject({ code: 'bad_value' })
    })

    it('[R5] [R7] what has expired can be claimed by anybody, and a claim lives as a registration does', async () => {
      const short = context.open(shortLived)[which]
      await short.claimConnection('w', 'a')
      await context.subject.pass(SHORT_MS)
      expect(await router.getOwner('w')).toBeNull()
      expect(await router.claimConnection('w', 'b')).toBe('b')
      expect(await router.listWorkerConnections('a')).toEqual([])
    })

    it('ids and workers do not collide, whatever is in them', async () => {
      for (const id of STRANGE_IDS) await router.registerConnection(id, id)
      for (const id of STRANGE_IDS) {
        expect(await router.getOwner(id)).toBe(id)
        expect(await router.claimConnection(id, 'other')).toBe(id)
        expect(await router.claimConnection(id, id, { from: id })).toBe(id)
        expect(await router.listWorkerConnections(id)).toEqual([id])
      }
    })

    overProcesses('[R4] [R6] workers that fight over a widget leave it to exactly one', async () => {
      const workers = ['a', 'b', 'c']
      await Promise.all(
        workers.map((worker) =>
          context.spawn().call(
            Array.from({ length: 30 }, (_, i) => [
              ['router', 'registerConnection', `w${i % 3}`, worker] as const,
              ['router', 'refreshHeartbeat', `w${i % 3}`, worker] as const,
            ])
              .flat()
              .map((call) => [...call]),
            { inSeries: true },
          ),
        ),
      )
      const lists = await Promise.all(workers.map((worker) => router.listWorkerConnections(worker)))
      expect(lists.flat().sort()).toEqual(['w0', 'w1', 'w2'])
      for (const [n, worker] of workers.entries())
        for (const id of lists[n]!) expect(await router.getOwner(id)).toBe(worker)
    })

    const claimants = ['a', 'b', 'c', 'd']
    const contested = Array.from({ length: 50 }, (_, i) => `w${i}`)
    const sorted = (ids: string[]): string[] => ids.toSorted()

    /** What each claimant was told, for each of the contested widgets. */
    const expectOneWinnerEach = async (told: readonly unknown[][]): Promise<void> => {
      const owners = await Promise.all(contested.map((id) => router.getOwner(id)))
      for (const answers of told) expect(answers).toEqual(owners)
      for (const worker of claimants)
        expect(sorted(await router.listWorkerConnections(worker))).toEqual(
          sorted(contested.filter((_, i) => owners[i] === worker)),
        )
      expect(owners.every((owner) => claimants.includes(owner!))).toBe(true)
    }

    it('[R7] of several that claim at once exactly one wins', async () => {
      const instances = claimants.map(() => context.open()[which])
      const claim = (from?: string): Promise<string[][]> =>
        Promise.all(
          instances.map((instance, n) =>
            Promise.all(contested.map((id) => instance.claimConnection(id, claimants[n]!, { from }))),
          ),
        )
      await expectOneWinnerEach(await claim())
      for (const id of contested) await router.registerConnection(id, 'dead')
      await expectOneWinnerEach(await claim('dead'))
    })

    overProcesses('[R7] of several processes that claim at once exactly one wins', async () => {
      const processes = claimants.map(() => context.spawn())
      // All are up before any begins.
      await Promise.all(processes.map((process) => process.call([['router', 'getOwner', 'w0']])))
      const claim = (from: string | null): Promise<unknown[][]> =>
        Promise.all(
          processes.map((process, n) =>
            process.call(
              contested.map((id) => ['router', 'claimConnection', id, claimants[n]!, { from }]),
              { inSeries: true },
            ),
          ),
        )
      await expectOneWinnerEach(await claim(null))
      for (const id of contested) await router.registerConnection(id, 'dead')
      await expectOneWinnerEach(await claim('dead'))
    })
  })
}
