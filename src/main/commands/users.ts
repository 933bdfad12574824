import path from 'node:path'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { OrielError } from '../../shared/errors.ts'
import { endVisit, toListed } from '../serve/account.ts'
import type { ServingKey } from '../serve/key.ts'
import { UserTable } from '../serve/users.ts'
import { VisitorCookie } from '../serve/visitor-cookie.ts'
import { Visitors } from '../serve/visitors.ts'
import type { StateStores } from '../stores/state/types.ts'

export interface UserCommandOptions {
  /** Folder of what is served. */
  folder: string
  state: StateStores
  key: ServingKey
  print: (text: string) => void
  /** The password, typed or piped. */
  password: () => Promise<string>
}

/** Where the table of users is, unless said otherwise. */
export function usersFile(folder: string): string {
  return path.join(folder, 'users.json')
}

/** The commands under `oriel users`. */
export class UserCommands {
  readonly #options: UserCommandOptions
  readonly #table: UserTable
  readonly #visitors: Visitors

  constructor(options: UserCommandOptions) {
    this.#options = options
    const { folder, state, key } = options
    this.#table = new UserTable(usersFile(folder))
    const cookie = new VisitorCookie({ key: key.of('cookie'), ttlSeconds: 1, secure: false, name: () => 'oriel' })
    this.#visitors = new Visitors({ sessions: state.sessions, cookie, key, ttlSeconds: 1, now: Date.now })
  }

  /** Adds a user or replaces one, who then has to log in again. `grants`: such as `widget:report=write`. */
  async add(name: string, roles: readonly string[], grants: readonly string[]): Promise<void> {
    const permissions = Object.fromEntries(grants.map(readGrant))
    const isNew = !(await this.#table.has(name))
    await this.#table.add({ name, roles, permissions }, await this.#options.password())
    await this.#visitors.endAll(name)
    this.#options.print(`${isNew ? 'Added' : 'Changed'} ${name} (${roles.join(', ') || 'no role'}).`)
  }

  async list(json: boolean): Promise<void> {
    const users = await this.#table.list()
    if (json) return this.#options.print(JSON.stringify(users, null, 2))
    if (users.length === 0)
      return this.#options.print('There are no users yet. Add one: oriel users add NAME --role editor')
    for (const { name, roles, permissions } of users) {
      const grants = Object.entries(permissions).map(([resource, values]) => `${resource}=${values.join(',')}`)
      this.#options.print([name, roles.join(', ') || '(no role)', ...grants].join('  '))
    }
  }

  async remove(name: string): Promise<void> {
    if (!(await this.#table.remove(name))) throw new OrielError('bad_usage', `There is no user ${name}.`)
    const visits = await this.#visitors.endAll(name)
    this.#options.print(`Removed ${name}${visits > 0 ? `, who was logged in (${visits})` : ''}.`)
  }

  async visits(json: boolean): Promise<void> {
    const listed = (await this.#visitors.list()).map(toListed)
    if (json) return this.#options.print(JSON.stringify(listed, null, 2))
    if (listed.length === 0) return this.#options.print('Nobody is here.')
    for (const { id, user, roles, since } of listed)
      this.#options.print(`${id}  ${user ?? '(not logged in)'}  ${roles.join(', ')}  since ${since}`)
  }

  /** `who`: the id of a visit as it is listed, or the name of a user. */
  async end(who: string): Promise<void> {
    const ended = await endVisit(this.#visitors, who)
    if (ended !== null) return this.#options.print(`Ended the visit of ${ended || 'somebody who had not logged in'}.`)
    const count = await this.#visitors.endAll(who)
    if (count === 0) throw new OrielError('bad_usage', `There is no visit ${who}, and nobody of that name is here.`)
    this.#options.print(`Ended ${count === 1 ? 'the visit' : `${count} visits`} of ${who}.`)
  }
}

function readGrant(text: string): [string, string[]] {
  const [, resource, values] = /^((?:app|widget):[^=]+)=([a-z]+(?:,[a-z]+)*)$/.exec(text) ?? []
  if (resource === undefined || values === undefined) {
    throw new OrielError('bad_usage', `"${text}" is no grant. Write app:NAME=read,write or widget:ID=write.`)
  }
  return [resource, values.split(',')]
}

/** One line from the terminal, which does not show it, or from what is piped in. */
export async function readPassword(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Promise<string> {
  const isTyped = stdin.isTTY
  if (isTyped) stderr.write('Password: ')
  const lines = createInterface({
    input: stdin,
    terminal: isTyped,
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
  })
  try {
    for await (const line of lines) return line
    throw new OrielError('bad_usage', 'No password was given.')
  } finally {
    lines.close()
    if (isTyped) stderr.write('\n')
  }
}
