import { beforeEach, describe, expect, it, vi, onTestFinished } from 'vitest'
import { z } from 'zod'
import { Component, FormComponent, StreamingComponent, compose } from '../../../../src/sdk/components.ts'
import { html, session, show } from '../../../../src/sdk/index.ts'
import type { Widget } from '../../../../src/sdk/index.ts'
import { ComponentStage } from '../../../support/component-stage.ts'

interface Count {
  count: number
}

/** Counts, slowly if asked to. */
class Counter extends Component<Count> {
  gate: Promise<void> | null = null

  override mount() {
    void super.mount()
    this.state.count ??= 0
  }
  async onAdd({ by = 1 }: { by?: number }) {
    const before = this.state.count
    await this.gate
    if (by < 0) throw new Error('secret')
    this.state.count = before + by
  }
  override getOptimisticPatch(_event: string, { by = 1 }: { by?: number }) {
    return { count: this.state.count + by }
  }
  override render() {
    return String(html`<p class="count">${this.state.count}</p>`)
  }
}

class Board extends Component<{ title: string }> {
  override mount() {
    void super.mount()
    this.state.title = 'Board'
  }
  onRename({ title }: { title: string }) {
    this.state.title = title
  }
  override render() {
    return `<section><h1>${this.state.title}</h1>${Object.values(this.renderSlots()).join('')}</section>`
  }
}

class Rows extends Component<{ rows: { id: number; title: string; done: boolean }[] }> {
  override mount() {
    void super.mount()
    const count = Number(this.params['count'])
    this.state.rows = Array.from({ length: count }, (_, id) => ({ id, title: `Row number ${id}`, done: false }))
  }
  onToggle({ id }: { id: number }) {
    const row = this.state.rows.find((one) => one.id === id)!
    row.done = !row.done
  }
  override render() {
    const rows = this.state.rows.map(
      ({ id, title, done }) => html`<li data-key="${id}" class="${done ? 'done' : ''}"><span>${title}</span></li>`,
    )
    return String(html`<ul>${rows}</ul>`)
  }
}

let stage: ComponentStage
async function startComponents(): Promise<ComponentStage> {
  const started = await ComponentStage.start()
  onTestFinished(() => started.end())
  return started
}
let widget: Widget
const open = async (component: Component<never> | Counter | Board | Rows) => {
  widget = await stage.run(() => show(component as Counter))
  await stage.inStep()
}

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  stage = await startComponents()
})

describe('a component in a window', () => {
  it('shows what it renders; its events and its state go through the document [Q51]', async () => {
    await open(new Counter())
    expect(stage.html).toBe('<p data-component="w1" class="count">0</p>')
    await stage.event('w1', 'add', { by: 2 })
    await stage.inStep()
    expect(stage.html).toBe('<p data-component="w1" class="count">2</p>')
    expect(stage.state()).toEqual({ count: 2 })
  })

  it('counts every one of several events that come while one is pending [Q17]', async () => {
    const counter = new Counter()
    await open(counter)
    const gate = Promise.withResolvers<void>()
    counter.gate = gate.promise
    const events = [1, 1, 3].map((by) => stage.event('w1', 'add', { by }))
    gate.resolve()
    await Promise.all(events)
    await stage.inStep()
    expect(stage.state()).toEqual({ count: 5 })
  })

  it('runs its handlers in the context of the window that sent the event [K2]', async () => {
    const seen: unknown[] = []
    class Asks extends Counter {
      onLook() {
        seen.push(session.get('widgetId'), session.get('connectionId'))
      }
    }
    await open(new Asks())
    await stage.event('w1', 'look')
    expect(seen).toEqual(['w1', stage.window.client.connectionId])
  })

  it('tells a failure without its text, reports it, and goes on with the state before it [Q9]', async () => {
    await open(new Counter())
    await stage.event('w1', 'add', { by: 4 })
    const failing = stage.event('w1', 'add', { by: -1 })
    await expect(failing).rejects.toMatchObject({ code: 'handler_failed', message: 'error handling add' })
    expect(stage.problems).toEqual([expect.objectContaining({ message: 'secret' })])
    await expect(stage.event('w1', 'constructor')).rejects.toMatchObject({ code: 'unknown_event' })
    await expect(stage.event('w9', 'add')).rejects.toMatchObject({ code: 'unknown_component' })
    await stage.event('w1', 'add')
    await stage.inStep()
    expect(stage.state()).toEqual({ count: 5 })
    expect(stage.problems).toHaveLength(1)
  })

  it('shows what it expects at once, and takes it back on a failure [Q25]', async () => {
    const counter = new Counter()
    await open(counter)
    for (const [by, after] of [
      [5, 5],
      [-1, 5],
    ] as const) {
      const gate = Promise.withResolvers<void>()
      counter.gate = gate.promise
      const event = stage.event('w1', 'add', { by }).catch(() => {})
      await expect.poll(() => stage.html).toBe(`<p data-component="w1" class="count">${counter.state.count + by}</p>`)
      gate.resolve()
      await event
      await stage.inStep()
      expect(stage.html).toBe(`<p data-component="w1" class="count">${after}</p>`)
      expect(stage.state()).toEqual({ count: after })
    }
  })

  it('is drawn anew when the script has changed it, and gives way to other content', async () => {
    const counter = new Counter()
    await open(counter)
    counter.state.count = 9
    await widget.update(counter)
    await stage.inStep()
    expect(stage.html).toContain('>9<')
    expect(stage.state()).toEqual({ count: 9 })
    await widget.update('<p>else</p>')
    await expect(stage.event('w1', 'add')).rejects.toMatchObject({ code: 'no_handler' })
    await widget.update(counter)
    await stage.event('w1', 'add')
    await stage.inStep()
    expect(stage.html).toContain('>10<')
  })

  it('cannot be shown twice at once', async () => {
    const counter = new Counter()
    await open(counter)
    await expect(stage.run(() => show(counter))).rejects.toMatchObject({ code: 'bad_value' })
  })

  it('takes up the state that the session has, and begins anew where that does not fit [T12]', async () => {
    await open(new Counter())
    await stage.event('w1', 'add', { by: 7 })
    await widget.close()
    await stage.run(() => show(new Counter(), { id: 'w1' }))
    await stage.inStep()
    expect(stage.html).toContain('>7<')
    await stage.run(() => show(new Board(), { id: 'other' }))
    await stage.inStep()
    expect(stage.state('other')).toEqual({ title: 'Board' })
  })

  it('follows what a program writes into its state [Y1]', async () => {
    await open(new Counter())
    stage.program.client.document.transact((tx) => tx.set('component:w1', ['state', 'count'], 41))
    await expect.poll(() => stage.html).toContain('>41<')
    await stage.event('w1', 'add')
    await stage.inStep()
    expect(stage.state()).toEqual({ count: 42 })
  })
})

describe('a form in a window', () => {
  it('stores what its fields say one by one, and is checked when it is sent [Q35, Q36]', async () => {
    class Form extends FormComponent {
      static override schema = z.object({ email: z.email(), news: z.boolean() })
      override render() {
        return `<form>${this.getFieldErrors('email').join()}</form>`
      }
    }
    widget = await stage.run(() => show(new Form()))
    await stage.event('w1', 'submit', { email: 'nope' })
    await stage.inStep()
    expect(stage.html).toMatch(/invalid/i)
    await stage.event('w1', 'field_change', { name: 'email', value: 'ada@example.org' })
    await stage.event('w1', 'field_change', { name: 'news', value: 'on', checked: true })
    await stage.event('w1', 'submit')
    await stage.inStep()
    expect(stage.html).toBe('<form data-component="w1"></form>')
    expect(stage.state()).toMatchObject({ is_valid: true, form_data: { email: 'ada@example.org', news: true } })
  })
})

describe('components in slots', () => {
  it('have events and state of their own, kept over a new run [Q51]', async () => {
    const board = () => compose(Board, { slots: { left: new Counter(), right: new Counter() } })
    await open(board())
    expect(stage.html).toContain('<p data-component="w1.right" class="count">0</p>')
    await stage.event('w1.right', 'add', { by: 3 })
    await stage.event('w1', 'rename', { title: 'New' })
    await stage.inStep()
    expect([stage.state(), stage.state('w1.left'), stage.state('w1.right')]).toEqual([
      { title: 'New' },
      { count: 0 },
      { count: 3 },
    ])
    await widget.close()
    await stage.run(() => show(board(), { id: 'w1' }))
    await stage.inStep()
    expect(stage.html).toBe(
      '<section data-component="w1"><h1>New</h1><p data-component="w1.left" class="count">0</p><p data-component="w1.right" class="count">3</p></section>',
    )
  })

  it('go on while the whole is busy, and while another of them fails [Q22]', async () => {
    class Broken extends Counter {
      override render(): string {
        throw new Error('broken')
      }
    }
    const gate = Promise.withResolvers<void>()
    class Busy extends Board {
      async onWait() {
        await gate.promise
        this.state.title = 'Through'
      }
    }
    await open(compose(Busy, { slots: { bad: new Broken(), good: new Counter() } }))
    const waiting = stage.event('w1', 'wait')
    await stage.event('w1.good', 'add')
    await stage.inStep()
    expect(stage.html).toMatch(/<h1>Board<\/h1>.*could not be shown.*class="count">1</)
    gate.resolve()
    await waiting
    await stage.inStep()
    expect(stage.html).toMatch(/<h1>Through<\/h1>.*class="count">1</)
  })
})

describe('a stream', () => {
  it('is shown frame by frame, and what stands when it fails is its last frame [Q41, Q43]', async () => {
    const steps = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    class Words extends StreamingComponent<{ text: string }> {
      override mount() {
        void super.mount()
        this.state.text = ''
      }
      async *onAsk({ fail = false }: { fail?: boolean }) {
        for (const step of steps) {
          this.state.text += 'x'
          yield
          await step.promise
        }
        this.state.text += '!'
        if (fail) throw new Error('secret')
      }
      override render() {
        return `<p>${this.state.text}</p>`
      }
    }
    widget = await stage.run(() => show(new Words()))
    const asked = stage.event('w1', 'ask')
    await expect.poll(() => stage.html).toContain('>x<')
    steps[0]!.resolve()
    await expect.poll(() => stage.html).toContain('>xx<')
    steps[1]!.resolve()
    await asked
    await stage.inStep()
    expect(stage.html).toContain('>xx!<')
    await expect(stage.event('w1', 'ask', { fail: true })).rejects.toMatchObject({ message: 'error handling ask' })
    await stage.inStep()
    expect([stage.html, stage.state()]).toEqual(['<p data-component="w1">xx!xx</p>', { text: 'xx!xx' }])
  })
})

describe('what is sent', () => {
  it('for a change in one row is the same for 1,000 rows as for 10 [Y9]', async () => {
    const bytes: number[] = []
    for (const count of [10, 1000]) {
      stage = await startComponents()
      await open(new Rows({ count }))
      bytes.push(await stage.bytesSent(() => stage.event('w1', 'toggle', { id: 7 })))
      expect(stage.html).toContain('<li data-key="7" class="done">')
    }
    expect(bytes[1]).toBeLessThan(500)
    expect(bytes[1]! - bytes[0]!).toBeLessThan(40)
  })
})
