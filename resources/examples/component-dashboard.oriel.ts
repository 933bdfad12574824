// title: Component: dashboard
// about: Four parts in slots, one of which fails: the others go on, and its place says so.
import { cpus, freemem, loadavg, totalmem } from 'node:os'
import { html, show } from 'oriel'
import { Component, compose, registry } from 'oriel/components'

/** One figure in a card, measured when it is drawn. */
abstract class Figure extends Component<{ value: string }> {
  abstract readonly label: string
  abstract measure(): string

  override beforeRender() {
    this.state.value = this.measure()
  }

  onRefresh() {}

  override render() {
    return String(
      html`<div class="card">
        <small>${this.label}</small>
        <h2>${this.state.value}</h2>
        <button class="plain" data-event="refresh" aria-label="Refresh: ${this.label}">Refresh</button>
      </div>`,
    )
  }
}

class Memory extends Figure {
  readonly label = 'Memory in use'
  measure() {
    return `${Math.round((1 - freemem() / totalmem()) * 100)} %`
  }
}

class Load extends Figure {
  readonly label = 'Load per processor'
  measure() {
    return (loadavg()[0]! / cpus().length).toFixed(2)
  }
}

class Visits extends Figure {
  readonly label = 'Times refreshed'
  #count = 0
  measure() {
    return String(this.#count)
  }
  override onRefresh() {
    this.#count++
  }
}

class Temperature extends Figure {
  readonly label = 'Temperature'
  measure(): string {
    throw new Error('There is no sensor.')
  }
}

class Dashboard extends Component {
  static override slots = ['memory', 'load', 'temperature', 'visits']
  static override slotFallbacks = {
    temperature:
      '<div class="card"><small>Temperature</small><p class="muted" role="alert">Not available just now.</p></div>',
  }

  override render() {
    return `<section><h1>This computer</h1><div class="row">${Object.values(this.renderSlots()).join('')}</div></section>`
  }
}

const slots = { memory: new Memory(), load: new Load(), temperature: new Temperature(), visits: new Visits() }
registry.register('memory', Memory)
registry.register('load', Load)
await show(compose(Dashboard, { slots }), { title: 'Dashboard', width: 760, height: 420 })
