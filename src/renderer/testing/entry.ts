import '../early.ts'
import { decode, encode } from '../../shared/carriers/codec.ts'
import { Receiver } from '../../shared/carriers/receiver.ts'
import { CLOSE } from '../../shared/protocol.ts'
import type { PageDriver, PagePipe } from '../../shared/testing.ts'
import { act, count } from './driver.ts'
import { snapshot } from './snapshot.ts'

/*
 * A window's page in a test: the same page, drawn into a document without a window. Bundled into one classic script.
 */

declare global {
  interface Window {
    orielPipe?: PagePipe
    orielTest?: PageDriver
  }
}

window.orielTest = {
  start() {
    const pipe = window.orielPipe!
    const receiver = new Receiver()
    // Copied, since they come from another world, whose Uint8Array is not this one's.
    pipe.listen(
      (bytes) => receiver.deliver(decode(Uint8Array.from(bytes))),
      (code, reason) => receiver.end(code, reason),
    )
    window.orielCarrier = {
      bufferedBytes: 0,
      send: (message) => !receiver.closed && pipe.send(encode(message)),
      onMessage: (listener) => receiver.onMessage(listener),
      onClose: (listener) => receiver.onClose(listener),
      close: (code = CLOSE.normal, reason = '') => receiver.end(code, reason) && pipe.close(code, reason),
    }
    void import('../page.ts')
  },
  count,
  act,
  snapshot,
}
