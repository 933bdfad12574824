// title: Component: streaming answer
// about: An answer that comes word by word: each yield of the handler is a frame.
import { setTimeout as sleep } from 'node:timers/promises'
import { html, show } from 'oriel'
import { StreamingComponent, registry } from 'oriel/components'
import { z } from 'zod'

/** Stands for whatever gives text bit by bit, such as a language model. */
async function* words(question: string): AsyncGenerator<string> {
  const text = `You asked “${question}”. This answer comes one word at a time: the handler is a generator, and each yield shows how far it has come. Windows draw only what is new, over HTTP each is one server-sent event.`
  for (const word of text.split(' ')) {
    await sleep(40)
    yield `${word} `
  }
}

class Answer extends StreamingComponent<{ question: string; answer: string; done: boolean }> {
  static override events = { ask: z.object({ question: z.string().trim().min(1).max(500) }) }

  override async mount() {
    await super.mount()
    this.state = { question: '', answer: '', done: true }
  }

  async *onAsk({ question }: { question: string }) {
    this.state = { question, answer: '', done: false }
    for await (const word of words(question)) {
      this.state.answer += word
      yield
    }
    this.state.done = true
  }

  override render() {
    const { question, answer, done } = this.state
    return String(
      html`<section>
        <h1>Ask something</h1>
        <form data-event="ask" data-reset class="row">
          <input name="question" required placeholder="A question" aria-label="Question" style="flex: 1" />
          <button class="primary">Ask</button>
        </form>
        ${
          question === ''
            ? html`<p class="muted">The answer comes here.</p>`
            : html`<article class="card" aria-busy="${String(!done)}">
              <p><strong>${question}</strong></p>
              <p aria-live="polite">${answer}${done ? '' : '▍'}</p>
            </article>`
        }
      </section>`,
    )
  }
}

registry.register('answer', Answer)
await show(new Answer(), { title: 'Answer', width: 560, height: 420 })
