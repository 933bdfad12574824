import { checkId } from '../checks.ts'
import { encodeEvent } from '../events.ts'
import type { StoreSettings } from '../settings.ts'
import { Subscriptions, checkSignal } from '../subscriptions.ts'
import type { EventBus } from '../types.ts'
import type { MemoryTables } from './tables.ts'

/** `close` ends its subscriptions. */
export function memoryBus(
  { listeners }: MemoryTables,
  settings: StoreSettings,
  open: () => void,
): EventBus & { close(): void } {
  const deliver = (channel: string, text: string): void => subscriptions.deliver(channel, text)
  const subscriptions = new Subscriptions({
    ...settings,
    onOpen: () => void listeners.add(deliver),
    onClose: () => {
      if (subscriptions.channels.length === 0) listeners.delete(deliver)
    },
  })
  return {
    async publish(channel, event) {
      open()
      checkId(channel, 'channel')
      const text = encodeEvent(event, settings.workerId, settings.now())
      for (const listener of [...listeners]) listener(channel, text)
    },
    subscribe(channel, { signal } = {}) {
      open()
      return subscriptions.open(checkId(channel, 'channel'), checkSignal(signal))
    },
    async unsubscribe(channel) {
      open()
      subscriptions.end(channel)
    },
    close: () => subscriptions.endAll(),
  }
}
