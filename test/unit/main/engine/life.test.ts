import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SessionLife } from '../../../../src/main/engine/life.ts'
import type { Life } from '../../../../src/main/engine/life.ts'

describe('the life of a session', () => {
  let isKept = false
  const told: Life[] = []
  const onOver = vi.fn()
  let life: SessionLife
  beforeEach(() => {
    vi.useFakeTimers({ now: 1000 })
    isKept = false
    told.length = 0
    onOver.mockClear()
    life = new SessionLife({
      graceMs: 500,
      now: Date.now,
      isKept: () => isKept,
      onChange: (now) => told.push(now),
      onOver,
    })
  })
  afterEach(() => vi.useRealTimers())

  it('[L1] goes from creating to live, to idle with a deadline, and to closed', () => {
    expect(life.current).toEqual({ state: 'creating' })
    isKept = true
    life.begin()
    isKept = false
    life.check()
    expect(told).toEqual([{ state: 'live' }, { state: 'idle', deadline: 1500 }])
    vi.advanceTimersByTime(499)
    expect(onOver).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(onOver).toHaveBeenCalledOnce()
    life.end()
    life.end()
    expect(life.current).toEqual({ state: 'closed' })
    expect(told).toHaveLength(3)
  })

  it('[L1] is live again when somebody comes, and waits from anew when somebody is on the way', () => {
    life.begin()
    vi.advanceTimersByTime(400)
    life.prolong()
    expect(life.current).toEqual({ state: 'idle', deadline: 1900 })
    vi.advanceTimersByTime(400)
    isKept = true
    life.check()
    vi.advanceTimersByTime(10_000)
    expect(life.current).toEqual({ state: 'live' })
    expect(onOver).not.toHaveBeenCalled()
  })

  it('[L4] leaves no timer when it ends, and nothing brings it back', () => {
    life.begin()
    life.end()
    isKept = true
    life.check()
    life.prolong()
    life.begin()
    expect(vi.getTimerCount()).toBe(0)
    expect(life.current).toEqual({ state: 'closed' })
  })
})
