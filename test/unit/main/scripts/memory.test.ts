import type { HeapInfo } from 'node:v8'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchMemory } from '../../../../src/main/scripts/memory.ts'

const MIB = 1024 * 1024

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('[F6] a thread that was slow to begin is measured all the same, and told of once', async () => {
  const answers = [null, null, 40 * MIB, 70 * MIB, 80 * MIB]
  let asked = 0
  const thread = {
    getHeapStatistics: async () => {
      const used = answers[asked++] ?? null
      if (used === null) throw new Error('Worker instance not running')
      return { used_heap_size: used } as HeapInfo
    },
  }
  let exceeded = 0
  const watch = watchMemory(thread, 64, () => exceeded++)
  await vi.advanceTimersByTimeAsync(1400)
  expect([asked, exceeded]).toEqual([2, 0])
  await vi.advanceTimersByTimeAsync(10_000)
  expect([asked, exceeded]).toEqual([4, 1])
  watch.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('what is stopped asks no more, though the thread refuses to answer', async () => {
  let asked = 0
  const thread = {
    getHeapStatistics: async (): Promise<HeapInfo> => {
      asked++
      throw new Error('Worker instance not running')
    },
  }
  const watch = watchMemory(thread, 64, () => {})
  await vi.advanceTimersByTimeAsync(1100)
  expect(asked).toBe(2)
  watch.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toBe(2)
})
