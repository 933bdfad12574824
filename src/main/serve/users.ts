import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { OrielError } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'

/** A person who may log in with a password, as the table has them. */
export interface User {
  name: string
  roles: readonly string[]
  /** `type:id` → what is permitted on it beside what the roles permit. */
  permissions: Readonly<Record<string, readonly string[]>>
}

/** What scrypt costs: 32 MiB of memory for each password that is tried. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const HASH_BYTES = 32
const MIN_PASSWORD = 10
const MAX_PASSWORD = 200
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,99}$/u
const ROLE = /^[A-Za-z][\w-]{0,49}$/
/** Compared with where there is no such user, so that the time tells nothing. */
const NOBODY = `scrypt:${'A'.repeat(22)}:${'A'.repeat(43)}`

const TABLE = z.object({
  users: z.record(
    z.string(),
    z.object({
      hash: z.string(),
      roles: z.array(z.string()),
      permissions: z.record(z.string(), z.array(z.string())).default({}),
    }),
  ),
})
type Table = z.output<typeof TABLE>

/** The people who may log in with a password, in a JSON file for this user alone. Passwords are kept as scrypt hashes. */
export class UserTable {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** By name. Throws bad_usage if the file cannot be read. */
  async list(): Promise<User[]> {
    const { users } = await this.#read()
    return Object.entries(users)
      .map(([name, { roles, permissions }]) => ({ name, roles, permissions }))
      .sort((a, b) => a.name.localeCompare(b.name))
  }

  async has(name: string): Promise<boolean> {
    return Object.hasOwn((await this.#read()).users, name)
  }

  /** Adds a user, or replaces one. Throws bad_usage for what will not do. */
  async add(user: User, password: string): Promise<void> {
    if (!NAME.test(user.name)) {
      throw new OrielError('bad_usage', 'A name has letters, digits, ".", "_", "@" and "-", at most 100 of them.')
    }
    if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD) {
      throw new OrielError('bad_usage', `A password has ${MIN_PASSWORD} to ${MAX_PASSWORD} characters.`)
    }
    const wrong = user.roles.find((role) => !ROLE.test(role))
    if (wrong !== undefined) throw new OrielError('bad_usage', `"${wrong}" is no name of a role.`)
    const table = await this.#read()
    const { roles, permissions } = user
    const entry = {
      hash: await hashOf(password),
      roles: [...roles],
      permissions: Object.fromEntries(Object.entries(permissions).map(([key, values]) => [key, [...values]])),
    }
    await this.#write({ users: { ...table.users, [user.name]: entry } })
  }

  /** True if there was one. */
  async remove(name: string): Promise<boolean> {
    const { users } = await this.#read()
    if (!Object.hasOwn(users, name)) return false
    await this.#write({ users: Object.fromEntries(Object.entries(users).filter(([other]) => other !== name)) })
    return true
  }

  /** The user with this name and password; null if there is none. Takes as long whether or not the name is known. */
  async verify(name: string, password: string): Promise<User | null> {
    const { users } = await this.#read()
    const entry = Object.hasOwn(users, name) ? users[name] : undefined
    const isRight = password.length <= MAX_PASSWORD && (await matches(password, entry?.hash ?? NOBODY))
    return entry && isRight ? { name, roles: entry.roles, permissions: entry.permissions } : null
  }

  async #read(): Promise<Table> {
    let text: string
    try {
      text = await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { users: {} }
      throw new OrielError('bad_usage', `${this.#file} cannot be read.`, { cause: error })
    }
    try {
      return TABLE.parse(JSON.parse(text))
    } catch (error) {
      throw new OrielError('bad_usage', `${this.#file} is no table of users. Mend it or remove it.`, { cause: error })
    }
  }

  /** Whole or not at all. */
  async #write(table: Table): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 })
    const passing = `${this.#file}.${randomId(8)}`
    await writeFile(passing, `${JSON.stringify(table, null, 2)}\n`, { mode: 0o600 })
    await rename(passing, this.#file)
  }
}

async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt:${salt.toString('base64url')}:${(await derive(password, salt)).toString('base64url')}`
}

async function matches(password: string, hash: string): Promise<boolean> {
  const [kind, salt = '', wanted = ''] = hash.split(':')
  const expected = Buffer.from(wanted, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'))
  return kind === 'scrypt' && expected.length === given.length && timingSafeEqual(given, expected)
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    // One way of writing each letter, whatever the keyboard makes of it.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key))),
  )
}
