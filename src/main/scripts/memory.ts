import type { Worker } from 'node:worker_threads'
import type { ScriptProblem } from '../../shared/records.ts'

const MIB = 1024 * 1024
/**
 * Heap that V8 may use above the limit, in MiB. V8 can end a thread that grows in small steps, but one allocation larger
 * than what is left aborts the whole process; the largest single one, an array of numbers, takes 1 GiB.
 */
const HEADROOM_MIB = 1280
/** How often the heap is measured, in ms: while far from the limit, and once half of it is used. */
const CALM_INTERVAL_MS = 500
const CLOSE_INTERVAL_MS = 50

/** The limit that V8 itself holds, in MiB. */
export function hardLimitMiB(limitMiB: number): number {
  return limitMiB + HEADROOM_MIB
}

/** Measures the heap of `worker`, in an endless loop too, and calls `onExceeded` once when it holds more than the limit. Whoever calls this stops it when the thread is gone. */
export function watchMemory(
  worker: Pick<Worker, 'getHeapStatistics'>,
  limitMiB: number,
  onExceeded: () => void,
): { stop(): void } {
  const limit = limitMiB * MIB
  let timer = setTimeout(() => void measure(), CALM_INTERVAL_MS)
  let stopped = false
  timer.unref()

  async function measure(): Promise<void> {
    const used = await worker.getHeapStatistics().then(
      (statistics) => statistics.used_heap_size,
      // It is ending; or it has not begun yet, which takes a busy machine longer than the first interval.
      () => 0,
    )
    if (stopped) return
    if (used > limit) return onExceeded()
    timer = setTimeout(() => void measure(), used > limit / 2 ? CLOSE_INTERVAL_MS : CALM_INTERVAL_MS)
    timer.unref()
  }

  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** What the person is told of a script that was ended for its memory. */
export function memoryProblem(limitMiB: number): ScriptProblem {
  return {
    code: 'script_memory',
    message:
      `The script used more than ${limitMiB} MiB of memory and was ended. ` +
      'To allow more, set ORIEL_MEMORY_LIMIT_MIB, or memoryLimitMiB in config.json, to a larger number of MiB.',
    place: null,
    stack: [],
  }
}
