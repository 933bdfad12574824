import { createHeadlessHost } from '../../../src/main/hosts/headless.ts'
import { silentLog } from '../../../src/main/log.ts'
import { serveHosts } from './serve.ts'

/** Serves rendering headless hosts. Arguments: path of the browser, folder for its profiles, its further flags. */

const [browserPath = '', profilesFolder = '', ...extraArgs] = process.argv.slice(2)

serveHosts(
  {
    create: () =>
      createHeadlessHost({
        render: true,
        announce: () => undefined,
        findBrowser: async () => browserPath,
        profilesFolder,
        log: silentLog,
        extraArgs,
      }),
  },
  () => process.exit(0),
)
