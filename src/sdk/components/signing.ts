import { createHmac, timingSafeEqual } from 'node:crypto'
import { corruptState } from './errors.ts'

/** What a token begins with; another one is of another version. */
const VERSION = 'oriel1'

/** A key is text of 16 characters or more, or as many bytes. */
export type SigningKey = string | Uint8Array

/** `text` so that who holds it can read it but not change it: VERSION.TEXT.MAC, both base64url, HMAC-SHA256. */
export function sign(text: string, key: SigningKey): string {
  const body = `${VERSION}.${Buffer.from(text, 'utf8').toString('base64url')}`
  return `${body}.${macOf(body, key).toString('base64url')}`
}

/** The text that one of `keys` signed. Throws ComponentError corrupt_state for anything else. */
export function verify(token: string, keys: readonly SigningKey[]): string {
  const [version, payload, mac, ...rest] = token.split('.')
  if (payload === undefined || mac === undefined || rest.length > 0 || version !== VERSION)
    throw corruptState('it is not signed as this side signs it')
  const given = Buffer.from(mac, 'base64url')
  const body = `${version}.${payload}`
  // Decoding passes over signs that do not belong there; the text itself must be what was given out.
  const intact = given.toString('base64url') === mac
  if (!intact || !keys.some((key) => same(given, macOf(body, key)))) throw corruptState('its signature does not fit')
  return Buffer.from(payload, 'base64url').toString('utf8')
}

function macOf(body: string, key: SigningKey): Buffer {
  return createHmac('sha256', key).update(body).digest()
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
