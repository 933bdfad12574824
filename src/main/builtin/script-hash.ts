import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Opens the hashed list of a script of several files. Scripts are UTF-8, so none can begin with it. */
const LIST = Buffer.from([0xff])

/**
 * SHA-256, hex, of a script and the local files that go into it (absolute paths, the script itself among them or not).
 * `hashes`: of files that were read already; what will run must be what is hashed, whatever happens on the disk meanwhile.
 * Of a script alone it is that of its bytes, so its name does not count; other files count with their place beside it.
 */
export async function hashScript(
  scriptPath: string,
  inputs: readonly string[],
  hashes: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const hashOf = async (file: string) => hashes.get(file) ?? sha256(await readFile(file))
  const entry = await hashOf(scriptPath)
  const folder = path.dirname(scriptPath)
  const others = [...new Set(inputs)].filter((file) => file !== scriptPath).toSorted()
  if (others.length === 0) return entry
  const list = others.map(async (file) => [path.relative(folder, file), await hashOf(file)])
  return sha256(Buffer.concat([LIST, Buffer.from(JSON.stringify([entry, ...(await Promise.all(list))]))]))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
