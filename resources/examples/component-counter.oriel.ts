// title: Component: counter
// about: A class with state and two events. The window shows what it expects before the script has answered.
import { show } from 'oriel'
import { Component, EtaRenderer, registry } from 'oriel/components'
import { z } from 'zod'

const templates = {
  counter: `
    <section class="card" aria-label="Counter">
      <h1 aria-live="polite"><%= it.state.count %></h1>
      <div class="row">
        <button class="primary" data-event="add" data-payload='{"by":1}'>Add one</button>
        <button data-event="add" data-payload='{"by":10}'>Add ten</button>
        <button data-event="reset" data-confirm="Start again from 0?">Reset</button>
      </div>
    </section>`,
}

class Counter extends Component<{ count: number }> {
  static override templateName = 'counter'
  static override renderer = new EtaRenderer({ templates })
  static override events = { add: z.object({ by: z.number().int().default(1) }) }

  override async mount() {
    await super.mount()
    this.state.count = 0
  }

  onAdd({ by }: { by: number }) {
    this.state.count += by
  }

  onReset() {
    this.state.count = 0
  }

  override getOptimisticPatch(event: string, payload: object) {
    return event === 'add' ? { count: this.state.count + ((payload as { by?: number }).by ?? 1) } : null
  }
}

registry.register('counter', Counter)
await show(new Counter(), { title: 'Counter', width: 440, height: 260 })
