import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../../../../src/main/log.ts'
import { accessChoice } from '../../../../src/main/serve/choices.ts'
import { originsOf, placeOf } from '../../../../src/main/serve/places.ts'
import { RecordedLog } from '../../../support/recorded-log.ts'

const publicUrl = 'https://apps.example.org'

function addressOf(asked: { trustProxy?: string; publicUrl?: string }, socketAddress: string, forwarded?: string) {
  const { proxies } = accessChoice({ auth: 'users', ...asked })
  return originsOf(proxies, silentLog).addressOf(requestOf(socketAddress, forwarded))
}

function requestOf(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage
}

describe('where a request comes from', () => {
  test('[A5] without a proxy nobody is believed to speak for others', () => {
    expect(addressOf({}, '127.0.0.1', '203.0.113.9')).toBe('127.0.0.1')
  })

  test('[A5] a proxy on this computer is believed, for the last address that it has added', () => {
    expect(addressOf({ publicUrl }, '127.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(addressOf({ publicUrl }, '::ffff:127.0.0.1', '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9')
    expect(addressOf({ publicUrl }, '::1', '2001:DB8::0001')).toBe('2001:db8:0:0:0:0:0:1')
  })

  test('[A5] from elsewhere only a proxy that was named is believed', () => {
    expect(addressOf({ publicUrl }, '10.0.0.5', '203.0.113.9')).toBe('10.0.0.5')
    const trustProxy = '10.0.0.0/24, 2001:db8:9::/48'
    expect(addressOf({ publicUrl, trustProxy }, '10.0.0.5', '203.0.113.9')).toBe('203.0.113.9')
    expect(addressOf({ publicUrl, trustProxy }, '2001:db8:9::5', '203.0.113.9')).toBe('203.0.113.9')
    expect(addressOf({ publicUrl, trustProxy }, '10.0.1.5', '203.0.113.9')).toBe('10.0.1.5')
  })

  test('[A5] through several proxies it is the last address that none of them has; what stands before it anybody may have written', () => {
    const trustProxy = '10.0.0.0/8'
    const forwarded = '1.2.3.4, 203.0.113.9, 10.1.1.1'
    expect(addressOf({ publicUrl, trustProxy }, '10.0.0.5', forwarded)).toBe('203.0.113.9')
  })

  test('[A5] what is no address ends it, and a port beside it is left out', () => {
    expect(addressOf({ publicUrl }, '127.0.0.1', 'unknown')).toBe('127.0.0.1')
    expect(addressOf({ publicUrl }, '127.0.0.1', '')).toBe('127.0.0.1')
    expect(addressOf({ publicUrl }, '127.0.0.1', '203.0.113.9:5123')).toBe('203.0.113.9')
    expect(addressOf({ publicUrl }, '127.0.0.1', '[2001:db8::1]:5123')).toBe('2001:db8:0:0:0:0:0:1')
    expect(addressOf({ publicUrl }, '127.0.0.1', 'x'.repeat(10_000))).toBe('127.0.0.1')
  })

  test('[A5] that somebody speaks for others who is not trusted is written once, with what to do', () => {
    const log = new RecordedLog()
    const origins = originsOf(accessChoice({ auth: 'users', publicUrl }).proxies, log)
    for (let n = 0; n < 3; n++) origins.addressOf(requestOf('10.0.0.5', '203.0.113.9'))
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toContain('--trust-proxy')
  })

  test.each(['10.0.0', 'proxy.local', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '::1/129', ''])(
    '[A1] --trust-proxy %j is refused',
    (trustProxy) => {
      expect(() => accessChoice({ auth: 'users', publicUrl, trustProxy })).toThrow('--trust-proxy takes addresses')
    },
  )

  test('[A1] --trust-proxy needs the address that the proxy has', () => {
    expect(() => accessChoice({ auth: 'users', trustProxy: '10.0.0.5' })).toThrow('--public-url')
  })

  test('[A5] what is no address at all is one place', () => {
    expect(placeOf('')).toBe(placeOf('nonsense'))
  })
})
