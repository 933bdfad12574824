import { setTimeout as sleep } from 'node:timers/promises'
import { createMemoryStores } from '../../src/main/stores/state/memory.ts'
import { createRedisStores } from '../../src/main/stores/state/redis.ts'
import { createSqliteStores } from '../../src/main/stores/state/sqlite.ts'
import type { StateStores, StoreOptions } from '../../src/main/stores/state/types.ts'

/** What stores a test is about, in a form that a child process can be given. */
export type Backend =
  | { kind: 'memory'; options?: StoreOptions }
  | { kind: 'sqlite'; options: StoreOptions & { path: string } }
  | { kind: 'redis'; options: StoreOptions & { url: string; prefix?: string } }

export function openStateStores(backend: Backend): StateStores {
  switch (backend.kind) {
    case 'memory':
      return createMemoryStores(backend.options)
    case 'sqlite':
      return createSqliteStores(backend.options)
    case 'redis':
      return createRedisStores(backend.options)
  }
}

/**
 * Resolves when the stores answer: on a busy computer a process takes longer to load than stores wait for their server,
 * which is not what tests are about. Rejects if it is not that.
 */
export async function answering({ router }: StateStores): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await router.getOwner('-')
      return
    } catch (error) {
      if (tries === 300) throw error
      await sleep(100)
    }
  }
}
