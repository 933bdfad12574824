import { createClient } from '@redis/client'

/** Publishes on `back` what comes on `there`: `node redis-echo.ts URL`. */
const url = process.argv[2]!
const [publisher, subscriber] = [createClient({ url }), createClient({ url })]
await Promise.all([publisher.connect(), subscriber.connect()])
await subscriber.subscribe('there', (bytes: Buffer) => void publisher.publish('back', bytes), true)
process.send!('ready')
