import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Replica } from '../../../src/client/replica.ts'
import { applyOps, prepareOps } from '../../../src/shared/document/apply.ts'
import { DocumentState } from '../../../src/shared/document/state.ts'
import type { Commit, Edit, Op } from '../../../src/shared/document/types.ts'
import { OrielError, toPublicError } from '../../../src/shared/errors.ts'
import type { AckMessage, CommitMessage, RejectMessage, Snapshot } from '../../../src/shared/protocol.ts'
import { contentOf } from '../../support/content-of.ts'
import { anyOp } from '../../support/document-arbitraries.ts'
import { makeOp } from '../../support/make-op.ts'

type Down = AckMessage | CommitMessage | RejectMessage | Snapshot

/** One replica and the two ways between it and the room; each keeps its order and waits until it is told to deliver. */
class Client {
  readonly replica = new Replica()
  /** What somebody shows who only ever applied the ops of the change events. */
  readonly shown = DocumentState.empty()
  up: Edit[] = []
  down: Down[] = []
  holds = 0

  constructor() {
    this.replica.onSubmit = (edit) => this.up.push(edit)
    this.replica.document.onChange(({ ops }) => applyOps(this.shown, ops))
  }

  receive(message: Down): void {
    const { replica } = this
    if (message.type === 'commit') replica.receiveCommit(structuredClone(message.commit))
    else if (message.type === 'ack') replica.receiveAck(message.mutationId, message.version)
    else if (message.type === 'reject') replica.receiveReject(message.mutationId, message.error)
    else replica.receiveSnapshot(structuredClone(message.document), message.epoch, message.version)
  }
}

/** As much of a room as orders edits: refuses some, knows resent ones and replays or sends a snapshot after a drop. */
class TinyRoom {
  readonly state = DocumentState.empty()
  readonly clients = [new Client(), new Client(), new Client()]
  readonly #commits: Commit[] = []
  readonly #answered = new Map<string, number>()
  #refuseNext = false

  constructor() {
    for (const client of this.clients) this.#sendSnapshot(client)
  }

  refuseNext(): void {
    this.#refuseNext = true
  }

  take(client: Client, edit: Edit): void {
    const { mutationId, ops } = edit
    const known = this.#answered.get(mutationId)
    if (known !== undefined) return void client.down.push({ type: 'ack', mutationId, version: known })
    try {
      if (this.#refuseNext) throw new OrielError('not_allowed', 'refused by the test')
      const { applied, layer } = prepareOps(this.state, structuredClone(ops))
      layer.writeInto(this.state)
      if (applied.length === 0) {
        this.#answered.set(mutationId, this.#commits.length)
        return void client.down.push({ type: 'ack', mutationId, version: this.#commits.length })
      }
      const version = this.#commits.length + 1
      const commit: Commit = { epoch: 'e', version, origin: { clientId: 'c', mutationId }, ops: applied }
      this.#commits.push(commit)
      this.#answered.set(mutationId, version)
      for (const each of this.clients)
        if (each === client && applied.length === ops.length) each.down.push({ type: 'ack', mutationId, version })
        else each.down.push({ type: 'commit', commit })
    } catch (error) {
      client.down.push({ type: 'reject', mutationId, error: toPublicError(error) })
    } finally {
      this.#refuseNext = false
    }
  }

  /** Cuts the link: what was under way is lost. It is back at once, with a replay or a snapshot, and pending edits are sent again. */
  drop(client: Client, replay: boolean): void {
    client.up = []
    client.down = []
    if (replay && client.replica.epoch === 'e')
      for (const commit of this.#commits.slice(client.replica.document.version))
        client.down.push({ type: 'commit', commit })
    else this.#sendSnapshot(client)
    // A replay may be sent before or after the edits come in; here they cross it.
    client.up.push(...client.replica.pending())
  }

  settle(): void {
    for (const client of this.clients) for (; client.holds > 0; client.holds--) client.replica.document.release()
    while (this.clients.some(({ up, down }) => up.length + down.length > 0)) {
      for (const client of this.clients) {
        for (const edit of client.up.splice(0)) this.take(client, edit)
        for (const message of client.down.splice(0)) client.receive(message)
      }
    }
  }

  #sendSnapshot(client: Client): void {
    const document = this.state.toSnapshot()
    client.down.push({ type: 'snapshot', epoch: 'e', version: this.#commits.length, document })
  }
}

type Step =
  | { do: 'edit'; ops: Op[] }
  | { do: 'up' | 'down'; count: number }
  | { do: 'drop'; replay: boolean }
  | { do: 'repeat' | 'refuse' | 'hold' | 'release' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('edit' as const), ops: fc.array(anyOp, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('up' as const, 'down' as const),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), replay: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('repeat' as const, 'refuse' as const, 'hold' as const, 'release' as const),
    }),
  },
)

function run(room: TinyRoom, client: Client, action: Step): void {
  const { document } = client.replica
  switch (action.do) {
    case 'edit':
      try {
        document.transact((tx) => {
          for (const op of action.ops) makeOp(tx, op)
        })
      } catch (error) {
        if (!(error instanceof OrielError)) throw error
      }
      return
    case 'up':
      for (const each of client.up.splice(0, action.count)) room.take(client, each)
      return
    case 'down':
      for (const message of client.down.splice(0, action.count)) client.receive(message)
      return
    case 'drop':
      return room.drop(client, action.replay)
    case 'repeat': {
      // The next message comes twice.
      const [next] = client.down
      if (next && next.type !== 'snapshot') client.receive(next)
      return
    }
    case 'refuse':
      return room.refuseNext()
    case 'hold':
      client.holds++
      return document.hold()
    case 'release':
      if (client.holds === 0) return
      client.holds--
      return document.release()
  }
}

describe('three replicas and a room', () => {
  it('[Y3] [Y10] [Z1] end equal to the room, whatever is delayed, refused, repeated, held or cut off', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), step), { maxLength: 80, size: 'max' }), (steps) => {
        const room = new TinyRoom()
        for (const [index, action] of steps) {
          const client = room.clients[index]!
          run(room, client, action)
          expect(contentOf(client.shown)).toEqual(contentOf(client.replica.document))
        }
        room.settle()
        for (const { replica, shown } of room.clients) {
          expect(replica.pending()).toEqual([])
          expect(contentOf(replica.document)).toEqual(contentOf(room.state))
          expect(contentOf(shown)).toEqual(contentOf(room.state))
        }
      }),
      { numRuns: 300 },
    )
  })
})
