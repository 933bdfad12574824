import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { OrielError } from '../../shared/errors.ts'

/** Characters of `ORIEL_SECRET`; fewer could be guessed. */
const MIN_SECRET_LENGTH = 32

/** What a server signs with, and makes ids from that nobody can guess. One key for all processes that serve the same visitors. */
export class ServingKey {
  readonly #secret: Buffer

  constructor(secret: Uint8Array) {
    this.#secret = Buffer.from(secret)
  }

  /** 32 bytes for this use alone. */
  of(use: string): Uint8Array {
    return createHmac('sha256', this.#secret).update(use).digest()
  }

  /** 43 characters that only this key makes of these parts. */
  id(use: string, ...parts: string[]): string {
    return createHmac('sha256', this.of(use)).update(JSON.stringify(parts)).digest('base64url')
  }
}

/** From `secret` (the setting ORIEL_SECRET), else from a file in `folder`, made for this user alone if it is missing. Throws bad_usage, environment. */
export async function servingKey(secret: string | undefined, folder: string): Promise<ServingKey> {
  if (secret) {
    if (secret.length < MIN_SECRET_LENGTH) {
      throw new OrielError(
        'bad_usage',
        `ORIEL_SECRET must have at least ${MIN_SECRET_LENGTH} characters. Make one with: openssl rand -hex 32`,
      )
    }
    return new ServingKey(Buffer.from(secret))
  }
  const file = path.join(folder, 'secret')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // Whoever comes second takes what the first has made.
    await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    const stored = await readFile(file)
    if (stored.byteLength < 32) throw new Error('it is too short')
    return new ServingKey(stored)
  } catch (error) {
    throw new OrielError(
      'environment',
      `${file} cannot be used: ${(error as Error).message}. Set ORIEL_SECRET instead.`,
      {
        cause: error,
      },
    )
  }
}
