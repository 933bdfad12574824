import { PROGRESS_TYPE } from '../../../shared/desk/progress.ts'
import type { ProgressProps } from '../../../shared/desk/progress.ts'
import type { Op } from '../../../shared/document/types.ts'
import type { HostCapabilities } from '../../hosts/types.ts'
import type { Log } from '../../log.ts'
import type { Room } from '../room.ts'
import type { Windows } from '../windows.ts'

export interface TaskBarOptions {
  room: Room
  windows: Windows
  host: { readonly capabilities: HostCapabilities }
  log: Log
}

/** Shows in the task bar how far the work of each window is, where the host can. */
export class TaskBar {
  readonly #options: TaskBarOptions
  /** What each window shows. */
  readonly #shown = new Map<string, number | 'unknown'>()
  /** Which window a record of progress is of: once it is removed nothing else knows. */
  readonly #windows = new Map<string, string>()

  constructor(options: TaskBarOptions) {
    this.#options = options
  }

  /** Follows the records of progress that a commit changed. */
  follow(ops: readonly Op[]): void {
    const { room, host } = this.#options
    if (!host.capabilities.canProgress) return
    const touched = new Set<string>()
    for (const op of ops) {
      const id = op.op === 'put' ? op.record.id : 'id' in op ? op.id : null
      if (id === null) continue
      const record = room.journal.state.get(id)
      const widgetId =
        record?.type === PROGRESS_TYPE ? (record.props as unknown as ProgressProps).widgetId : this.#windows.get(id)
      if (widgetId === undefined) continue
      if (record) this.#windows.set(id, widgetId)
      else this.#windows.delete(id)
      touched.add(widgetId)
    }
    for (const widgetId of touched) this.#show(widgetId)
  }

  #show(widgetId: string): void {
    const { room, windows, log } = this.#options
    const fractions = [...this.#windows]
      .filter(([, of]) => of === widgetId)
      .flatMap(([id]) => {
        const record = room.journal.state.get(id)
        return record ? [(record.props as unknown as ProgressProps).fraction] : []
      })
    const known = fractions.filter((fraction) => fraction !== null)
    const all = known.length > 0 ? known.reduce((sum, each) => sum + each, 0) / known.length : 'unknown'
    const next = fractions.length === 0 ? null : all
    if (next === (this.#shown.get(widgetId) ?? null)) return
    if (next === null) this.#shown.delete(widgetId)
    else this.#shown.set(widgetId, next)
    windows
      .find(widgetId)
      ?.setProgress?.(next)
      .catch((error: unknown) => log.debug('progress was not shown in the task bar', { error: String(error) }))
  }
}
