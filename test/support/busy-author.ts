import { expect } from 'vitest'
import { contentOf } from './content-of.ts'
import { randomFrom, testSeed } from './random.ts'
import type { SessionStage, StageClient } from './session-stage.ts'

/** All authors put their marks into this record's list, which shows what was applied, and in which order. */
const TRACE = 'trace'

export interface BusyOptions {
  authors: readonly StageClient[]
  /** All that are to be equal in the end, authors too. */
  clients: readonly StageClient[]
  forMs: number
  /** Called about every 40 ms meanwhile. */
  disturb?: (random: () => number) => void
}

/**
 * Has `authors` edit every 1 to 3 ms, and expects that in the end all clients are equal to the room and every edit was
 * applied once and in order.
 */
export async function editAllAtOnce(
  stage: SessionStage,
  { authors, clients, forMs, disturb }: BusyOptions,
): Promise<void> {
  stage.room.edit([{ op: 'put', record: { id: TRACE, type: 'trace', props: { marks: [], shared: 0 } } }])
  await stage.inStep(...clients)
  const seed = testSeed()
  const busy = authors.map((author, index) => new BusyAuthor(author, `${index}:`, randomFrom(seed + index)))
  const random = randomFrom(seed - 1)
  const timer = disturb && setInterval(() => disturb(random), 40)
  await Promise.all(busy.map((author) => author.run(forMs)))
  clearInterval(timer)
  for (const { line } of clients) line.cutAfter('up', Number.POSITIVE_INFINITY)
  // Whoever is away comes back for it.
  for (const { client } of clients) await client.flush()
  await stage.inStep(...clients)
  const content = contentOf(stage.room.journal.state)
  for (const { client } of clients) {
    expect(client.state).toBe('open')
    expect(client.pendingCount).toBe(0)
    expect(contentOf(client.document)).toEqual(content)
  }
  const marks = stage.room.journal.state.get(TRACE)!.props['marks'] as string[]
  for (const { name, marks: made } of busy) {
    expect(made.length).toBeGreaterThan(forMs / 50)
    expect(marks.filter((mark) => mark.startsWith(name))).toEqual(made.toReversed())
  }
}

/** Edits at random times, and notes what it did. */
class BusyAuthor {
  readonly name: string
  readonly marks: string[] = []
  readonly #client: StageClient
  readonly #random: () => number

  constructor(client: StageClient, name: string, random: () => number) {
    this.#client = client
    this.name = name
    this.#random = random
  }

  run(forMs: number): Promise<void> {
    const until = performance.now() + forMs
    return new Promise((resolve) => {
      const again = () => {
        this.#edit()
        if (performance.now() < until) setTimeout(again, 1 + this.#random() * 2)
        else resolve()
      }
      again()
    })
  }

  #edit(): void {
    const { document } = this.#client.client
    const random = this.#random()
    const mark = `${this.name}${this.marks.length}`
    this.marks.push(mark)
    document.transact((tx) => {
      tx.splice(TRACE, ['marks'], 0, 0, [mark])
      if (random < 0.3) tx.set(TRACE, ['shared'], this.marks.length)
      else if (random < 0.5) tx.put({ id: `n${Math.floor(random * 40)}`, type: 'note', props: { by: mark } })
      else if (random < 0.6) {
        const id = `n${Math.floor((random - 0.2) * 40)}`
        if (tx.get(id)) tx.remove(id)
      } else if (random < 0.7) tx.title(mark)
    })
  }
}
