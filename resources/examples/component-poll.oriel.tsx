// title: Component: polls among elements
// about: Components with HTML of their own among React elements, which show what the components tell the session.
import { SessionState, html, show } from 'oriel'
import { Component } from 'oriel/components'
import { Card, Column, Heading, Metric, Mount, Row, Select } from 'oriel/ui'
import { useState } from 'react'
import { z } from 'zod'

/** What both sides know: components write it, elements show it. */
class Totals extends SessionState.define({
  votes: z.number().int().default(0),
  last: z.string().default('nothing yet'),
}) {}

/** One question with its answers. Which it is, is told by its id, under which its votes are kept. */
class Poll extends Component<{ votes: number[]; other: string[] }> {
  static override events = {
    vote: z.object({ answer: z.number().int().min(0) }),
    suggest: z.object({ text: z.string().trim().min(1, 'Write an answer.').max(60) }),
  }
  readonly #answers: readonly string[]

  constructor(id: string, answers: readonly string[]) {
    super({ componentId: id })
    this.#answers = answers
  }

  override async mount() {
    await super.mount()
    this.state = { votes: this.#answers.map(() => 0), other: [] }
  }

  onVote({ answer }: { answer: number }) {
    if (answer >= this.state.votes.length) return
    this.state.votes[answer]!++
    const totals = Totals.get()
    totals.votes++
    totals.last = this.#all[answer]!
  }

  onSuggest({ text }: { text: string }) {
    this.state.other.push(text)
    this.state.votes.push(0)
  }

  get #all(): readonly string[] {
    return [...this.#answers, ...this.state.other]
  }

  override render() {
    const { votes } = this.state
    const most = Math.max(1, ...votes)
    const rows = this.#all.map(
      (answer, i) =>
        html`<li data-key="${i}" class="row" style="align-items: center; margin-block: 0.5rem">
          <button data-event="vote" data-payload="${JSON.stringify({ answer: i })}" style="flex: 0 0 9rem">${answer}</button>
          <meter min="0" max="${most}" value="${votes[i]}" aria-label="Votes for ${answer}" style="flex: 1"></meter>
          <b style="flex: 0 0 2rem; text-align: end">${votes[i]}</b>
        </li>`,
    )
    return String(
      html`<section>
        <ul style="list-style: none; padding: 0">
          ${rows}
        </ul>
        <form data-event="suggest" data-reset class="row">
          <input name="text" aria-label="Another answer" placeholder="Another answer" required maxlength="60" style="flex: 1" />
          <button>Suggest</button>
        </form>
      </section>`,
    )
  }
}

const QUESTIONS: Readonly<Record<string, { ask: string; poll: Poll }>> = {
  lunch: { ask: 'Where do we have lunch?', poll: new Poll('lunch', ['Canteen', 'Noodles', 'Falafel']) },
  outing: { ask: 'Where does the outing go?', poll: new Poll('outing', ['Mountains', 'Lake', 'Museum']) },
}

function App() {
  const totals = Totals.use()
  const [name, setName] = useState('lunch')
  const { ask, poll } = QUESTIONS[name]!
  return (
    <Column gap="lg">
      <Row justify="between">
        <Heading>Polls</Heading>
        <Select
          label="Poll"
          value={name}
          options={Object.keys(QUESTIONS).map((value) => ({ value, label: value[0]!.toUpperCase() + value.slice(1) }))}
          onChange={(value) => value !== null && setName(value)}
        />
      </Row>
      <Row>
        <Metric label="Votes in all" value={totals.votes} />
        <Metric label="Last vote" value={totals.last} />
      </Row>
      <Card title={ask}>
        <Mount component={poll} />
      </Card>
    </Column>
  )
}

await show(<App />, { title: 'Polls', width: 640, height: 500 })
