import { OrielError } from '../../../../shared/errors.ts'

/** Where the server is, and how to name it where others may read it. */
export interface RedisUrl {
  url: string
  /** Without the password. */
  masked: string
}

/** Throws OrielError bad_value, without the text, which may hold a password. */
export function parseRedisUrl(text: unknown): RedisUrl {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw new OrielError(
      'bad_value',
      'The URL of Redis must look like redis://[[user][:password]@]host[:port][/database], or rediss:// for TLS.',
    )
  const masked = new URL(url)
  if (masked.password !== '') masked.password = '***'
  // Parameters may hold secrets too.
  masked.search = ''
  masked.hash = ''
  return { url: url.href, masked: masked.href }
}
