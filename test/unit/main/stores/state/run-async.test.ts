import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OrielError } from '../../../../../src/shared/errors.ts'
import { TimeoutError, runAsync, runAsyncFireAndForget } from '../../../../../src/main/stores/state/run-async.ts'
import { RecordedLog } from '../../../../support/recorded-log.ts'

describe('runAsync', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('[M9] gives the value or the error', async () => {
    expect(await runAsync(() => 1)).toBe(1)
    expect(await runAsync(async () => 2)).toBe(2)
    const error = new Error('no')
    await expect(runAsync(() => Promise.reject(error))).rejects.toBe(error)
    await expect(
      runAsync(() => {
        throw error
      }),
    ).rejects.toBe(error)
  })

  it('[M9] after its time a TimeoutError, and the task is really told', async () => {
    let signal: AbortSignal | undefined
    const run = runAsync((given) => {
      signal = given
      return new Promise(() => {})
    })
    const outcome = expect(run).rejects.toMatchObject({ name: 'TimeoutError', code: 'timeout' })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(signal!.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await outcome
    expect(signal!.aborted).toBe(true)
    expect(signal!.reason).toBeInstanceOf(TimeoutError)
    await expect(run).rejects.toBeInstanceOf(OrielError)
  })

  it('[M9] a time of its own, and a task that ends late harms nobody', async () => {
    const gate = Promise.withResolvers<void>()
    const run = runAsync(() => gate.promise, { timeoutMs: 10 })
    const outcome = expect(run).rejects.toBeInstanceOf(TimeoutError)
    await vi.advanceTimersByTimeAsync(10)
    await outcome
    gate.reject(new Error('late'))
    for (const timeoutMs of [0, -1, Number.NaN])
      await expect(runAsync(() => 1, { timeoutMs })).rejects.toThrow(RangeError)
  })

  it('[M9] is given up from outside', async () => {
    const controller = new AbortController()
    let reason: unknown
    const run = runAsync(
      (signal) => {
        signal.addEventListener('abort', () => (reason = signal.reason))
        return new Promise(() => {})
      },
      { signal: controller.signal },
    )
    const outcome = expect(run).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
    controller.abort('enough')
    await outcome
    expect(reason).toMatchObject({ code: 'cancelled' })
    const task = vi.fn<() => void>()
    await expect(runAsync(task, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect(task).not.toHaveBeenCalled()
  })

  it('[M9] fire and forget: errors reach the log', async () => {
    const log = new RecordedLog()
    runAsyncFireAndForget(() => Promise.reject(new Error('rejected')), { log })
    runAsyncFireAndForget(
      () => {
        throw new Error('thrown')
      },
      { log },
    )
    runAsyncFireAndForget(async () => 'fine', { log })
    await vi.advanceTimersByTimeAsync(0)
    expect(log.lines).toHaveLength(2)
    for (const word of ['rejected', 'thrown']) expect(log.lines.some((line) => line.includes(word))).toBe(true)
  })
})
