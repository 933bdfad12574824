import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { OrielError } from '../../shared/errors.ts'
import type { TrustStore } from '../stores/types.ts'
import { BuiltinSession } from './builtin-session.ts'
import type { BuiltinDeps } from './builtin-session.ts'

const Answer = z.object({ allow: z.boolean() })

/**
 * Whether the script may run: yes if its content was agreed to before, else the person is asked in a window of its own.
 * A yes is remembered by the SHA-256 of the file; closing the window is a no.
 */
export async function askTrust(deps: BuiltinDeps, store: TrustStore, scriptPath: string): Promise<boolean> {
  const bytes = await readFile(scriptPath)
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (await store.isTrusted(hash)) return true
  let answer: ((allow: boolean) => void) | null = null
  const answered = new Promise<boolean>((resolve) => (answer = resolve))
  const session = await BuiltinSession.open(deps, {
    view: 'trust',
    title: `Open ${path.basename(scriptPath)}?`,
    width: 560,
    height: 520,
    fill: (document) =>
      document.transact((tx) =>
        tx.put({ id: 'trust', type: 'trust', scope: 'view', props: { path: scriptPath, hash, bytes: bytes.length } }),
      ),
    onEvent: (event) => {
      const parsed = Answer.safeParse(event.data)
      if (event.type !== 'trust.answer' || !parsed.success)
        throw new OrielError('no_handler', 'Only an answer is expected here.')
      answer?.(parsed.data.allow)
      return null
    },
  })
  const allow = await Promise.race([answered, session.closed.then(() => false)])
  await session.close()
  if (allow) await store.trust(hash, scriptPath)
  return allow
}
