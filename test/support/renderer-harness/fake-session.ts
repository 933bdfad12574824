import { FakeLink } from '../fake-link.ts'
import { scenarios } from './scenarios.ts'

/** Stands in for the real RoomClient in the harness's build: a link with the scenario's records in it. */
export class RoomClient extends FakeLink {
  async connect(): Promise<void> {
    const name = document.documentElement.dataset.scenario ?? ''
    const scenario = scenarios[name]
    scenario?.set(this)
    // For driving the page from outside, in the browser's console or a test.
    Object.assign(window, { harnessLink: this })
    queueMicrotask(() => this.setState('open'))
    if (scenario?.after) setTimeout(() => scenario.after?.(this), 300)
  }
}
