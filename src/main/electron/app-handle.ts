import type { App } from '../app.ts'
import type { Access } from '../commands/attach-text.ts'
import { answerRequest } from '../commands/first-process.ts'
import { openAsked } from '../commands/open-arguments.ts'
import type { OpenArguments } from '../commands/open-arguments.ts'
import type { PageHandler } from '../server/types.ts'
import type { AppHandle } from './shell.ts'

/** The app as the shell needs it. `asked`: what its own command line asks for; `onAccess`: gets how programs attach, if it does. */
export function appHandle(
  app: App,
  pages: PageHandler,
  asked: OpenArguments,
  onAccess: (access: Access) => void,
): AppHandle {
  return {
    pages,
    done: app.done,
    attach: (carrier) => app.lobby.receive(carrier),
    openAsked: async () => void (await openAsked(app, asked, onAccess)),
    openFile: async (file) => {
      await app.openScript({ path: file, arguments: {}, mode: 'resume', named: false })
    },
    answer: async (request) => void (await answerRequest(app, request)),
    openHome: () => app.openHome(),
    close: () => app.close(),
  }
}
