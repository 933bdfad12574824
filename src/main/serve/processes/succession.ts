import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Place, Succession } from '../../engine/heritage.ts'
import type { ServingKey } from '../key.ts'

/**
 * Secrets that any process with the same key can check: whoever has one may come back to their window, whichever process
 * has the session by then. They are worth nothing without the visitor's cookie.
 */
export function signedSuccession(key: ServingKey): Succession {
  const secret = key.of('resume')
  const macOf = (text: string): Buffer => createHmac('sha256', secret).update(text).digest()
  return {
    issue({ sessionId, life, peerId, widgetId }) {
      // No two are alike: each is good once, as long as its process lives.
      const rest = [life, peerId, widgetId, randomBytes(12).toString('base64url')]
      const text = `${sessionId}.${Buffer.from(JSON.stringify(rest)).toString('base64url')}`
      return `${text}.${macOf(text).toString('base64url')}`
    },
    read(given): Place | null {
      const end = given.lastIndexOf('.')
      const text = given.slice(0, Math.max(0, end))
      const [mac, right] = [Buffer.from(given.slice(end + 1), 'base64url'), macOf(text)]
      if (mac.length !== right.length || !timingSafeEqual(mac, right)) return null
      const [sessionId = '', rest = ''] = text.split('.')
      const [life, peerId, widgetId] = JSON.parse(Buffer.from(rest, 'base64url').toString()) as string[]
      return { sessionId, life: life!, peerId: peerId!, widgetId: widgetId! }
    },
  }
}
