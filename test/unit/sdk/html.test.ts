import { expect, test } from 'vitest'
// Under another name, since the formatter rewrites the text of templates tagged with that one.
import { Html, html as template, raw } from '../../../src/sdk/index.ts'

test('interpolated text is escaped, in content and in quoted attributes', () => {
  const nasty = `<img src=x onerror="alert('1')"> & more`
  expect(String(template`<p title="${nasty}">${nasty}</p>`)).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more</p>',
  )
})

test('numbers are shown, 0 too; null, undefined and false give nothing', () => {
  expect(String(template`${0} ${-1.5} ${10n} ${true}|${null}${undefined}${false}${''}|`)).toBe('0 -1.5 10 true||')
})

test('lists are joined and nested templates kept, at any depth', () => {
  const rows = ['a<', 'b'].map((name) => template`<li>${name}</li>`)
  const text = String(template`<ul>${rows}</ul>${[[1, [2]], template`<br>`]}`)
  expect(text).toBe('<ul><li>a&lt;</li><li>b</li></ul>12<br>')
})

test('raw keeps text as it stands', () => {
  expect(String(template`${raw('<b>bold</b>')}`)).toBe('<b>bold</b>')
  expect(raw('<b>')).toBeInstanceOf(Html)
  expect(() => raw(5 as never)).toThrow('raw(text) takes a string, not a number.')
})

test('what would show as nonsense is refused by name', () => {
  for (const [value, name] of [
    [{ a: 1 }, 'an object (Object)'],
    [new Date(0), 'an object (Date)'],
    [() => 1, 'a function'],
    [Symbol('s'), 'a symbol'],
    [Promise.resolve(1), 'an object (Promise)'],
    [Object.create(null), 'an object (without prototype)'],
  ] as const)
    expect(() => template`${value as never}`).toThrow(`cannot show ${name}.`)
})

test('escapes in the template itself are as in any template', () => {
  expect(String(template`a\n${'b'}`)).toBe('a\nb')
})
