/** What the policy of one page depends on. */
export interface PolicyOptions {
  /** Of the author's inline scripts in this page. */
  nonce: string
  /** Origin of the page's WebSocket, such as `ws://127.0.0.1:5007`; null where the page has none. */
  socketOrigin: string | null
  /** The one origin that the page may frame; null: none. */
  frameOrigin: string | null
}

/** Content-Security-Policy of a page: its own files, its inline scripts by nonce, no eval, and no other address than its socket's. */
export function contentSecurityPolicy({ nonce, socketOrigin, frameOrigin }: PolicyOptions): string {
  return [
    `default-src 'none'`,
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self' data:`,
    `media-src 'self' data: blob:`,
    `connect-src 'self'${socketOrigin ? ` ${socketOrigin}` : ''}`,
    `frame-src ${frameOrigin ?? "'none'"}`,
    `worker-src 'self' blob:`,
    `base-uri 'self'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ')
}

/** For documents that show something but run nothing: error pages, and documents opened from `files/`. */
export const INERT_POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

const PERMISSIONS_POLICY = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

/** On every answer. */
const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** Headers of an HTML page with the given policy. Pages hold tickets: no cache keeps them. */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    ...COMMON,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS_POLICY,
  }
}

/** Headers of a file. `cache`: value of Cache-Control. */
export function fileHeaders(mimeType: string, cache: string): Record<string, string> {
  return { ...COMMON, 'content-type': mimeType, 'cache-control': cache }
}
