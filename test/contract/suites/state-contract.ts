import { afterEach, beforeEach, describe } from 'vitest'
import type { StateStores } from '../../../src/main/stores/state/types.ts'
import { RecordedLog } from '../../support/recorded-log.ts'
import type { StateProcess } from '../../support/state-process.ts'
import { busContract } from './state-bus.ts'
import type { StateContext, StateSubject } from './state-context.ts'
import { routerContract } from './state-router.ts'
import { sessionsContract } from './state-sessions.ts'
import { widgetsContract } from './state-widgets.ts'

/** What every backend promises. */
export function stateContract(name: string, createSubject: () => Promise<StateSubject>): void {
  describe(`state stores: ${name}`, () => {
    let subject: StateSubject
    let log: RecordedLog
    let opened: StateStores[]
    let processes: StateProcess[]

    beforeEach(async () => {
      opened = []
      processes = []
      log = new RecordedLog()
      subject = await createSubject()
    })
    afterEach(async () => {
      await Promise.all(processes.map((one) => one.end()))
      await Promise.all(opened.map((one) => one.close()))
      await subject.dispose()
    })

    const context: StateContext = {
      get subject() {
        return subject
      },
      get log() {
        return log
      },
      open(options) {
        const stores = subject.open({ log, ...options })
        opened.push(stores)
        return stores
      },
      spawn(options) {
        const child = subject.spawn!(options)
        processes.push(child)
        return child
      },
    }
    const hasProcesses = name !== 'memory'
    widgetsContract(context, hasProcesses)
    busContract(context, hasProcesses)
    routerContract(context, 'router', hasProcesses)
    // What is behind it is the same.
    routerContract(context, 'callbacks', false)
    sessionsContract(context, hasProcesses)
  })
}
