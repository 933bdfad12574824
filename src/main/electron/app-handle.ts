import type { App } from '../app.ts'
import { answerRequest } from '../commands/first-process.ts'
import { openAsked } from '../commands/open-arguments.ts'
import type { OpenArguments } from '../commands/open-arguments.ts'
import type { PageHandler } from '../server/types.ts'
import type { AppHandle } from './shell.ts'

/** The app as the shell needs it. `asked`: what its own command line asks for. */
export function appHandle(app: App, pages: PageHandler, asked: OpenArguments): AppHandle {
  return {
    pages,
    done: app.done,
    attach: (carrier) => app.lobby.receive(carrier),
    openAsked: async () => void (await openAsked(app, asked)),
    openFile: async (file) => {
      await app.openScript({ path: file, arguments: {}, mode: 'resume', named: false })
    },
    answer: async (request) => void (await answerRequest(app, request)),
    openHome: () => app.openHome(),
    close: () => app.close(),
  }
}
