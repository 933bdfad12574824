import { FakeLink } from '../fake-link.ts'
import { scenarios } from './scenarios.ts'

/** Stands in for the real ClientSession in the harness's build: a link with the scenario's records in it. */
export class ClientSession extends FakeLink {
  async connect(): Promise<void> {
    const name = document.documentElement.dataset.scenario ?? ''
    const scenario = scenarios[name]
    scenario?.set(this)
    queueMicrotask(() => this.setState('open'))
    if (scenario?.after) setTimeout(() => scenario.after?.(this), 300)
  }
}
