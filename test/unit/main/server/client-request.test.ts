import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { pageArguments } from '../../../../src/renderer/page-arguments.ts'
import { clientRequest } from '../../../../src/main/server/client-request.ts'
import { readConfig } from '../../../../src/main/config.ts'

const read = (headers: IncomingMessage['headers'], cookies: string[] = []) =>
  clientRequest({ headers } as IncomingMessage, cookies)

test('[L5] of the headers those of a list are told, unless they are too long', () => {
  const headers = { 'user-agent': 'Test', 'accept-language': 'nb', authorization: 'Bearer x', cookie: 'a=1' }
  expect(read(headers)).toEqual({
    arguments: {},
    headers: { 'user-agent': 'Test', 'accept-language': 'nb' },
    cookies: {},
  })
  expect(read({ 'user-agent': 'x'.repeat(5000) }).headers).toEqual({})
})

test('[L5] cookies are told by name, and never Oriel’s own', () => {
  const cookie = 'theme=dark; oriel=secret; Oriel-x=1; other=2; lang="n%C3%B8"; theme=light; broken=%; =; __proto__=1'
  expect(read({ cookie }, ['theme', 'lang', 'broken', 'oriel', 'Oriel-x']).cookies).toEqual({
    theme: 'dark',
    lang: 'nø',
    broken: '%',
  })
  expect(read({ cookie: `a=${'x'.repeat(5000)}` }, ['a']).cookies).toEqual({})
})

test('[L5] the setting names the cookies, in the environment with commas', () => {
  const env = { ORIEL_HOME: '/nowhere' }
  expect(readConfig({ flags: {}, env }).cookies).toEqual([])
  expect(readConfig({ flags: {}, env: { ...env, ORIEL_COOKIES: 'theme, lang' } }).cookies).toEqual(['theme', 'lang'])
  expect(() => readConfig({ flags: {}, env: { ...env, ORIEL_COOKIES: 'a b' } })).toThrow('ORIEL_COOKIES')
})

test('[L5] of a page’s address the session is told what it would take', () => {
  expect(pageArguments('?year=2026&year=2025&empty=&__proto__=1&constructor=2&=3')).toEqual({ year: '2026', empty: '' })
  expect(pageArguments(`?long=${'x'.repeat(5000)}&short=1`)).toEqual({ short: '1' })
  const many = Array.from({ length: 100 }, (_, n) => `k${n}=1`).join('&')
  expect(Object.keys(pageArguments(`?${many}`))).toHaveLength(64)
  expect(pageArguments('')).toEqual({})
})
