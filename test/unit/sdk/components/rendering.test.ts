import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createElement } from 'react'
import { describe, expect, test } from 'vitest'
import { Component, EtaRenderer, ReactRenderer, SlotRenderer, compose } from '../../../../src/sdk/components.ts'
import type { ComponentClass } from '../../../../src/sdk/components.ts'
import { PATHS } from './support/paths.ts'
import { Counter, EchoRenderer, useComponents } from './support/stage.ts'

const stage = useComponents()

class Card extends Component {
  static override templateName = 'card'
  static override slots = ['header', 'body']
}

class Text extends Component<{ text: string; renders: number }> {
  static override templateName = 'text'
  static mounts = 0
  override mount(): void {
    Text.mounts++
    this.state.text = (this.params['text'] as string | undefined) ?? ''
    this.state.renders = 0
  }

  override beforeRender(): void {
    this.state.renders++
  }
}

class Broken extends Text {
  override beforeRender(): never {
    throw new Error('broken for a secret reason')
  }
}

describe('renderers', () => {
  test.each(PATHS)('without a renderer or a template nothing else runs, by $name [Q18]', async (by) => {
    const calls: string[] = []
    class Bare extends Counter {
      static override templateName = null as never
      override mount(): void {
        calls.push('mount')
      }

      override beforeRender(): void {
        calls.push('beforeRender')
      }
    }
    const noTemplate = await by.ask(Bare, {})
    Component.renderer = null
    const neither = await by.ask(Bare, { event: 'increment' })
    for (const [outcome, what] of [
      [noTemplate, 'no template'],
      [neither, 'no renderer'],
    ] as const) {
      expect(outcome.ok).toBe(false)
      if (!by.remote) expect(outcome).toMatchObject({ code: 'render_failed', message: expect.stringContaining(what) })
    }
    expect(calls).toEqual([])
    expect(() => new Bare().render()).toThrow('no renderer')
  })

  test('one on the base serves all; a class or an instance has its own [Q19]', () => {
    const say = (word: string) => ({ render: () => word })
    class Base extends Component {
      static override templateName = 'x'
    }
    class Sub extends Base {}
    Component.renderer = say('base')
    expect([new Base().dispatch().html, new Sub().dispatch().html]).toEqual(['base', 'base'])
    Sub.renderer = say('sub')
    expect([new Base().dispatch().html, new Sub().dispatch().html]).toEqual(['base', 'sub'])
    const own = new Sub()
    own.renderer = say('own')
    expect([own.dispatch().html, new Sub().dispatch().html]).toEqual(['own', 'sub'])
  })

  test('the context is state, errors, component_id, slots and what is added, not the component [Q20]', () => {
    const echo = new EchoRenderer()
    class More extends Text {
      static override renderer = echo
      override getContext(): object {
        return { ...super.getContext(), extra: true }
      }
    }
    const component = new More({ componentId: 'm', text: 'hi' })
    component.errors['text'] = 'no'
    component.dispatch()
    const { context } = echo.calls[0]!
    expect(context).toEqual({
      state: { text: 'hi', renders: 1 },
      errors: { text: 'no' },
      component_id: 'm',
      slots: {},
      extra: true,
    })
    expect(Object.values(context)).not.toContain(component)
  })

  test('a class that renders itself is asked once, after beforeRender [Q7]', async () => {
    class Own extends Text {
      override render(): string {
        return `<i>${super.render()}</i>`
      }
    }
    const component = new Own({ text: 'a' })
    expect(component.dispatch()).toMatchObject({ html: '<i><p>a</p></i>', state: { renders: 1 } })
    expect((await new Own({ text: 'a' }).asyncDispatch()).html).toBe('<i><p>a</p></i>')
    expect(component.render()).toBe('<i><p>a</p></i>')
  })
})

describe('templates of Eta', () => {
  const evil = '<script>"\'&'
  const escaped = '&lt;script&gt;&quot;&#39;&amp;'
  const render = (template: string, context: object): string =>
    new EtaRenderer({ templates: { it: template, part: '[<%= it.word %>]' } }).render('it', context)

  test('escape what is put in, whichever way, but the HTML of slots and of the template itself [Q20]', () => {
    const context = { state: { evil }, word: evil, slots: { body: '<b>&</b>' } }
    expect(render('<%= it.state.evil %>', context)).toBe(escaped)
    expect(render('<%~ it.state.evil %>', context)).toBe(escaped)
    expect(render('<%~ it.slots.body %><%= it.slots.body %>', context)).toBe('<b>&</b><b>&</b>')
    expect(render("<%~ include('part') %>", context)).toBe(`[${escaped}]`)
    expect(render('<%= it.state.none %>|<%= it.state.n %>', { state: { n: 0 } })).toBe('|0')
  })

  test('are read from a folder by name, and nothing outside of it is [Q20]', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'oriel-templates-'))
    try {
      const inside = path.join(folder, 'inside')
      mkdirSync(path.join(inside, 'deep'), { recursive: true })
      writeFileSync(path.join(folder, 'secret.eta'), 'secret')
      writeFileSync(path.join(inside, 'card.eta'), "<p><%= it.a %></p><%~ include('deep/more.html') %>")
      writeFileSync(path.join(inside, 'deep/more.html'), 'more')
      symlinkSync(path.join(folder, 'secret.eta'), path.join(inside, 'link.eta'))
      const eta = new EtaRenderer({ folder: inside })
      expect(eta.render('card', { a: '<' })).toBe('<p>&lt;</p>more')
      for (const name of [
        '../secret',
        '../secret.eta',
        'deep/../../secret',
        'link',
        path.join(folder, 'secret.eta'),
        'card\0',
        '@card',
        '',
        '.',
        'deep',
        'constructor',
        '__proto__',
        '../inside-too/x',
      ])
        expect(() => eta.render(name, {})).toThrow(expect.objectContaining({ code: 'render_failed' }))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('React components are templates too, with slots where their nodes stand [Q20]', () => {
  const seen: unknown[] = []
  const View = ({
    state,
    slots,
    component_id,
  }: {
    state: { text: string }
    slots: Record<string, string>
    component_id: string
  }) => {
    seen.push(state)
    return createElement('article', { id: component_id }, state.text, createElement('div', null, slots['body']))
  }
  class Article extends Text {
    static override templateName = 'view'
    static override renderer = new ReactRenderer({ view: View })
  }
  const article = compose(Article, { params: { componentId: 'a', text: '<evil>' }, slots: { body: new Counter() } })
  expect(article.dispatch().html).toBe('<article id="a">&lt;evil&gt;<div><b>0</b></div></article>')
  expect(() => new ReactRenderer({}).render('view', {})).toThrow(expect.objectContaining({ code: 'render_failed' }))
})

describe('slots', () => {
  test('any name where none is declared; else an unknown one throws, lists them, and changes nothing [Q21]', () => {
    const free = new Text()
    free.fillSlot('whatever', new Text())
    const card = new Card()
    card.fillSlot('body', new Text({ text: 'b' }))
    expect(() => card.fillSlot('footer', new Text())).toThrow('Card has no slot "footer". It has header, body.')
    expect(() => card.fillSlot('body', {} as Component)).toThrow('takes a component')
    card.fillSlot('header', new Text({ text: 'h' }))
    expect(Object.keys(card.dispatch().slots)).toEqual(['body', 'header'])
    card.fillSlot('body', new Text({ text: 'new' }))
    expect(card.dispatch().html).toBe('<section><p>h</p>|<p>new</p></section>')
  })

  test('a child is mounted once, before its first frame, and rendered once a frame [Q22]', async () => {
    Text.mounts = 0
    const child = new Text({ text: 'x' })
    const card = compose(Card, { slots: { header: child, body: child } })
    expect(card.dispatch().html).toBe('<section><p>x</p>|<p>x</p></section>')
    expect([Text.mounts, child.state.renders]).toEqual([1, 1])
    await card.asyncDispatch()
    expect([Text.mounts, child.state.renders]).toEqual([1, 2])
    const restored = new Text()
    restored.hydrate({ text: 'kept', renders: 0 })
    card.fillSlot('body', restored)
    expect(card.dispatch().slots['body']).toBe('<p>kept</p>')
  })

  test('one that fails shows the fallback of its slot and is reported; the rest is rendered [Q22]', async () => {
    class Careful extends Card {
      static override slotFallbacks = { body: '<em>later</em>' }
    }
    for (const entry of ['dispatch', 'asyncDispatch'] as const) {
      stage.log.errors.length = 0
      const card = compose(Careful, { slots: { header: new Text({ text: 'fine' }), body: new Broken() } })
      expect((await card[entry]()).html).toBe('<section><p>fine</p>|<em>later</em></section>')
      expect(stage.log.errors).toEqual([{ message: expect.stringContaining('Broken'), error: expect.any(Error) }])
    }
    const bare = compose(Card, { slots: { header: new Broken(), body: new Text({ text: 'fine' }) } }).dispatch().html
    expect(bare).toContain('could not be shown')
    expect(bare).toContain('<p>fine</p>')
    expect(bare).not.toContain('secret')
  })

  test('a child that is async is waited for, and one that holds its parent does not end it all [Q22]', async () => {
    class Later extends Text {
      override mount(): Promise<void> {
        return Promise.resolve().then(() => super.mount())
      }
    }
    expect((await compose(Card, { slots: { body: new Later({ text: 'late' }) } }).asyncDispatch()).slots).toEqual({
      body: '<p>late</p>',
    })
    const card = new Card()
    card.fillSlot('body', card)
    expect(card.dispatch().html).toContain('could not be shown')
  })
})

describe('compose', () => {
  test('makes and fills in order, and dispatches nothing [Q23]', () => {
    Text.mounts = 0
    const parent = compose(Text as ComponentClass<Text>, {
      params: { componentId: 'p' },
      slots: { b: new Text(), a: new Text() },
    })
    expect([parent.id, parent.mounted, Text.mounts]).toEqual(['p', false, 0])
    expect(Object.keys(parent.dispatch().slots)).toEqual(['b', 'a'])
  })

  test('refuses what is no component before anything is made [Q23]', () => {
    let made = 0
    class Seen extends Card {
      constructor(params?: Record<string, unknown>) {
        super(params)
        made++
      }
    }
    for (const wrong of [null, undefined, 'text', {}, Text])
      expect(() => compose(Seen, { slots: { header: new Text(), body: wrong as never } })).toThrow(
        'Slot "body" takes a component',
      )
    expect(made).toBe(0)
  })

  test('merging slots gives a new context and leaves the old one [Q24]', () => {
    class Slotted extends SlotRenderer(EtaRenderer) {}
    const renderer = new Slotted({ templates: { t: '<%~ it.slots.a %><%= it.b %>' } })
    const context = Object.freeze({ b: 1, slots: Object.freeze({ a: 'old' }) })
    const merged = renderer.mergeSlotContext(context, { a: '<new>' })
    expect([merged, merged === context, context.slots.a]).toEqual([{ b: 1, slots: { a: '<new>' } }, false, 'old'])
    expect(renderer.renderWithSlots('t', context, { a: '<new>' })).toBe('<new>1')
  })
})

describe('predictions', () => {
  class Eager extends Counter {
    override getOptimisticPatch(event: string, payload: { amount?: number }): { count: number } | null {
      if (event !== 'increment' && event !== 'fail') return null
      // A prediction that does not keep its hands off.
      this.state.count += payload.amount ?? 1
      payload.amount = 1_000
      return { count: this.state.count }
    }
  }

  test('none by default [Q25]', () => {
    expect(new Counter().getOptimisticPatch('increment', {})).toBeNull()
    expect(new Counter().dispatch({ event: 'increment' })).not.toHaveProperty('optimistic')
    expect(new Eager().dispatch({ event: '', state: { count: 1 } })).not.toHaveProperty('optimistic')
  })

  test.each(PATHS)('sees the state before the event, and counts for nothing, by $name [Q25] [Q26]', async (by) => {
    const outcome = await by.ask(Eager, { event: 'increment', payload: { amount: 2 }, state: { count: 5 } })
    expect(outcome).toMatchObject({ ok: true, html: '<b>7</b>', state: { count: 7 } })
    if (by.name !== 'socket') expect(outcome.raw).toMatchObject({ optimistic: { count: 7 } })
  })

  test('arrives before the handler has run; after a failure the state before it is back [Q25]', async () => {
    const seen: unknown[] = []
    const component = new Eager()
    component.dispatch()
    const request = { state: component.state, onOptimistic: (patch: object) => seen.push(patch, component.state.count) }
    await component.asyncDispatch({ ...request, event: 'increment' })
    expect([seen, component.state.count]).toEqual([[{ count: 1 }, 0], 1])
    await expect(component.asyncDispatch({ ...request, event: 'fail', state: component.state })).rejects.toThrow()
    expect([seen.slice(2), component.state.count]).toEqual([[{ count: 2 }, 1], 1])
  })
})
