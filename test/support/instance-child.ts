import { writeSync } from 'node:fs'
import { silentLog } from '../../src/main/log.ts'
import { claimHome } from '../../src/main/single-instance.ts'

/*
 * A process of its own for the tests of one process a home: `node instance-child.ts HOME SCRIPT`. It prints its role; the
 * first then prints what it is handed and stays, the second hands SCRIPT over, prints the reply and ends.
 */
const [homeDir = '', script = ''] = process.argv.slice(2)
const print = (line: string): void => void writeSync(1, `${line}\n`)

const claim = await claimHome({
  homeDir,
  log: silentLog,
  onRequest: async (request) => {
    print(`got ${JSON.stringify(request)}`)
    return { sessionId: request.kind === 'open-script' ? `session of ${request.path}` : null }
  },
})
print(claim.role)
if (claim.role === 'second') {
  const reply = await claim.send({
    kind: 'open-script',
    path: script,
    arguments: {},
    mode: 'resume',
    asked: true,
    watch: false,
  })
  print(`reply ${JSON.stringify(reply)}`)
}
