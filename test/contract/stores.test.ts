import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { OrielError } from '../../src/shared/errors.ts'
import { silentLog } from '../../src/main/log.ts'
import { openWithFallback } from '../../src/main/stores/fallback.ts'
import { openDesktopStores } from '../../src/main/stores/index.ts'
import { createMemoryStores } from '../../src/main/stores/memory.ts'
import { connectRedisStores, openRedisStores } from '../../src/main/stores/redis.ts'
import type { RedisStoreOptions } from '../../src/main/stores/redis.ts'
import { openSqliteStores } from '../../src/main/stores/sqlite.ts'
import type { DesktopStores } from '../../src/main/stores/types.ts'
import { NO_REDIS, RedisServer } from '../support/redis-server.ts'
import { foldContract } from './suites/fold-contract.ts'
import { storeContract, type StoreSubject } from './suites/store-contract.ts'

/** A subject with a folder of its own. */
function onDisk(openIn: (homeDir: string) => Promise<DesktopStores>): () => StoreSubject {
  return () => {
    let homeDir = ''
    return {
      async open() {
        homeDir = await mkdtemp(path.join(tmpdir(), 'oriel-stores-'))
        return openIn(homeDir)
      },
      reopen: () => openIn(homeDir),
      dispose: () => rm(homeDir, { recursive: true, force: true }),
    }
  }
}

const SUBJECTS: Record<string, () => StoreSubject> = {
  memory: () => ({ open: async () => createMemoryStores(), reopen: null, async dispose() {} }),
  sqlite: onDisk(async (homeDir) => openSqliteStores({ homeDir, log: silentLog, now: Date.now })),
  'sqlite with fallback': onDisk((homeDir) => openDesktopStores({ homeDir, log: silentLog, now: Date.now })),
  'sqlite with fallback while the disk refuses': () => ({
    open: () =>
      openWithFallback({
        open: () => Promise.reject(new OrielError('store_unwritable', 'No disk.')),
        log: silentLog,
        schedule: () => () => {},
      }),
    reopen: null,
    async dispose() {},
  }),
}

for (const [name, createSubject] of Object.entries(SUBJECTS)) {
  storeContract(name, createSubject)
  foldContract(name, createSubject)
}

describe.skipIf(NO_REDIS)('on a real server', () => {
  let server: RedisServer
  let subjects = 0
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(() => server.stop())

  /** A subject with a prefix of its own; which scripts are trusted is kept elsewhere. */
  const onRedis = (openWith: (options: RedisStoreOptions) => Promise<DesktopStores>) => (): StoreSubject => {
    const desktop = createMemoryStores()
    const prefix = `test ${++subjects}:*`
    const open = () => openWith({ url: server.url, prefix, log: silentLog, trust: desktop.trust })
    return { open, reopen: open, dispose: () => desktop.close() }
  }

  for (const [name, openWith] of Object.entries({
    redis: connectRedisStores,
    'redis with fallback': openRedisStores,
  })) {
    storeContract(name, onRedis(openWith))
    foldContract(name, onRedis(openWith))
  }
})
