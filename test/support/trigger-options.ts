import { Predictions } from '../../src/renderer/html/predictions.ts'
import type { TriggerOptions } from '../../src/renderer/html/triggers.ts'
import { Uploads } from '../../src/renderer/html/uploads.ts'

/** What triggers need to work, for tests that look at some of it: nobody answers and nobody is asked. */
export function triggerOptions(given: Partial<TriggerOptions>): TriggerOptions {
  return {
    send: async () => null,
    confirm: async () => true,
    predictions: new Predictions(),
    uploads: new Uploads({ send: async () => null, onProgress: () => {} }),
    onError: () => {},
    ...given,
  }
}
