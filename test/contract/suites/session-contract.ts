import { describe } from 'vitest'
import { stageStarter, type Subject } from '../../support/session-stage.ts'
import { attachRules } from './session/attach.ts'
import { documentRules } from './session/document.ts'
import { lifeRules } from './session/life.ts'
import { resumeRules } from './session/resume.ts'
import { syncRules } from './session/sync.ts'
import { wireRules } from './session/wire.ts'

/** What a session promises its clients, whatever carries their messages. Scripts and programs edit; windows read. */
export function sessionContract(subject: Subject): void {
  describe(`sessions over ${subject.name}`, () => {
    const start = stageStarter(subject)
    attachRules(start)
    documentRules(start)
    syncRules(start)
    resumeRules(start)
    lifeRules(start)
    wireRules(start, subject)
  })
}
