import * as React from 'react'
import createReconciler from 'react-reconciler'
import type { RunningSession } from '../runtime/session.ts'
import { hostConfig } from './host-config.ts'
import type { ElementReconciler } from './host-config.ts'
import { provideHooks } from './hooks.ts'
import { bindScheduler } from './scheduling.ts'

/** What React calls when a transition begins, with what its function has given. */
type StartTransition = (transition: object, returned: unknown) => void

/** What answers hooks now: each by a function of its own while a component is rendered, else all by one that throws. */
interface Dispatcher {
  useState: unknown
  useEffect: unknown
}

const internals = (
  React as unknown as {
    __CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE: { S: StartTransition | null; H: Dispatcher | null }
  }
).__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE

/** What each reconciler that is in use wants to hear of transitions. */
const transitionListeners = new Set<StartTransition>()

/**
 * React for one session. Each has its own, so that whatever is rendered is rendered in its session's context, and what was
 * scheduled in one tick is rendered once.
 */
export class SessionReconciler {
  readonly react: ElementReconciler
  readonly #session: RunningSession
  readonly #onTransition: StartTransition | null
  #work: (() => void)[] = []
  #settled: { promise: Promise<void>; resolve: () => void } | null = null

  constructor(session: RunningSession) {
    this.#session = session
    bindScheduler()
    // A reconciler hangs itself on to the one before it, for good.
    internals.S = null
    this.react = createReconciler(hostConfig({ soon: (work) => this.#soon(work) }))
    this.#onTransition = internals.S
    if (this.#onTransition) transitionListeners.add(this.#onTransition)
    internals.S = (transition, returned) => {
      for (const listener of transitionListeners) listener(transition, returned)
    }
  }

  /** Resolves once what has been scheduled so far is rendered. */
  settled(): Promise<void> | null {
    if (this.#work.length === 0) return null
    return (this.#settled ??= Promise.withResolvers<void>()).promise
  }

  /** Renders at once what is scheduled. */
  flush(): void {
    this.#run()
    this.#session.enter(() => {
      this.react.flushSyncWork()
      this.react.flushPassiveEffects()
    })
  }

  close(): void {
    if (this.#onTransition) transitionListeners.delete(this.#onTransition)
  }

  /** After all events that came in this turn of the event loop, so that they are rendered once. */
  #soon(work: () => void): void {
    this.#work.push(work)
    if (this.#work.length === 1) this.#session.enter(() => setImmediate(() => this.#run()))
  }

  #run(): void {
    const works = this.#work
    this.#work = []
    const settled = this.#settled
    this.#settled = null
    try {
      this.#session.enter(() => {
        for (const work of works) work()
      })
    } finally {
      settled?.resolve()
    }
  }
}

provideHooks({
  useSyncExternalStore: React.useSyncExternalStore,
  isRendering: () => internals.H !== null && internals.H.useState !== internals.H.useEffect,
})
