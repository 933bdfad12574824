import { createHash } from 'node:crypto'

/*
 * What must happen in one go. All times are those of the server, in Unix ms. A record is a hash that Redis takes away by
 * itself; its index is a sorted set by end, which is cut back whenever it is touched and lives as long as the last of its
 * members. A record ends one ms before its end by Redis's reckoning, where a key is still there in its last ms.
 */

export interface Script {
  text: string
  sha: string
}

const COMMON = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function int(number) return string.format('%.0f', number) end
-- When something ends that lives for this text of ms from now; nil for an empty text, which is for ever.
local function endOf(lifetime, now)
  if lifetime == '' then return nil end
  return now + tonumber(lifetime)
end
local function keep(key, ends)
  if ends then redis.call('PEXPIREAT', key, int(ends - 1)) else redis.call('PERSIST', key) end
end
local function enter(index, member, ends)
  local left = redis.call('PEXPIRETIME', index)
  redis.call('ZADD', index, ends and int(ends) or '+inf', member)
  if not ends then
    redis.call('PERSIST', index)
  elseif left == -2 or (left >= 0 and left < ends) then
    redis.call('PEXPIREAT', index, int(ends))
  end
end
local function cut(index, now)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', int(now))
end
`

export function script(text: string, common = COMMON, more = ''): Script {
  const whole = common + more + text
  return { text: whole, sha: createHash('sha1').update(whole).digest('hex') }
}

/** KEYS widget, index. ARGV member, lifetime, then fields and values. */
export const REGISTER_WIDGET = script(`
local now = clock()
local ends = endOf(ARGV[2], now)
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'createdAt', int(now), unpack(ARGV, 3))
keep(KEYS[1], ends)
cut(KEYS[2], now)
enter(KEYS[2], ARGV[1], ends)
`)

/** KEYS widget. ARGV field, value. */
export const UPDATE_WIDGET = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`)

/** KEYS widget, index. ARGV member. */
export const DELETE_WIDGET = script(`
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])
`)

/** KEYS index. ARGV start of the keys. Members whose record is there; others, whatever took it, leave the index. */
export const LIST_WIDGETS = script(`
cut(KEYS[1], clock())
local members = redis.call('ZRANGE', KEYS[1], 0, -1)
local live = {}
for from = 1, #members, 1000 do
  local to = math.min(from + 999, #members)
  local keys = {}
  for i = from, to do keys[#keys + 1] = ARGV[1] .. members[i] end
  local whole = redis.call('EXISTS', unpack(keys)) == #keys
  for i = from, to do
    if whole or redis.call('EXISTS', ARGV[1] .. members[i]) == 1 then
      live[#live + 1] = members[i]
    else
      redis.call('ZREM', KEYS[1], members[i])
    end
  end
end
if ARGV[2] == 'count' then return #live end
return live
`)

/**
 * KEYS connection, index of the new worker. ARGV member, lifetime, worker, start of the indexes, whose place may be taken
 * (a worker, nothing for nobody's, `*` for anybody's), then fields and values. Gives the owner afterwards.
 */
export const REGISTER_CONNECTION = script(`
local now = clock()
local ends = endOf(ARGV[2], now)
local before = redis.call('HGET', KEYS[1], 'worker')
if before and before ~= ARGV[3] then
  if ARGV[5] ~= '*' and ARGV[5] ~= before then return before end
  redis.call('ZREM', ARGV[4] .. before, ARGV[1])
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'worker', ARGV[3], 'connectedAt', int(now), 'lastHeartbeat', int(now), unpack(ARGV, 6))
keep(KEYS[1], ends)
cut(KEYS[2], now)
enter(KEYS[2], ARGV[1], ends)
return ARGV[3]
`)

/** KEYS connection. ARGV member, lifetime, worker or nothing, start of the indexes. */
export const REFRESH_CONNECTION = script(`
local worker = redis.call('HGET', KEYS[1], 'worker')
if not worker or (ARGV[3] ~= '' and ARGV[3] ~= worker) then return 0 end
local now = clock()
local ends = endOf(ARGV[2], now)
local last = tonumber(redis.call('HGET', KEYS[1], 'lastHeartbeat')) or 0
redis.call('HSET', KEYS[1], 'lastHeartbeat', int(math.max(now, last + 1)))
keep(KEYS[1], ends)
cut(ARGV[4] .. worker, now)
enter(ARGV[4] .. worker, ARGV[1], ends)
return 1
`)

/** KEYS connection. ARGV member, worker or nothing, start of the indexes. */
export const UNREGISTER_CONNECTION = script(`
local worker = redis.call('HGET', KEYS[1], 'worker')
if not worker or (ARGV[2] ~= '' and ARGV[2] ~= worker) then return 0 end
redis.call('ZREM', ARGV[3] .. worker, ARGV[1])
return redis.call('DEL', KEYS[1])
`)

/** KEYS index. ARGV worker, start of the records. */
export const LIST_CONNECTIONS = script(`
cut(KEYS[1], clock())
local live = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('HGET', ARGV[2] .. member, 'worker') == ARGV[1] then
    live[#live + 1] = member
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
return live
`)

const SESSIONS = `
-- Takes sessions that have ended out of the index of their user: some each time, so that no call pays for all.
local function sweep(endings, users, now)
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', endings, '-inf', int(now), 'LIMIT', 0, 100)) do
    local user, session = string.match(entry, '^(.*):(.*)$')
    local index = users .. user
    local ends = redis.call('ZSCORE', index, session)
    if ends and tonumber(ends) <= now then redis.call('ZREM', index, session) end
    redis.call('ZREM', endings, entry)
  end
end
local function place(endings, users, user, session, ends)
  enter(users .. user, session, ends)
  if ends then
    enter(endings, user .. ':' .. session, ends)
  else
    redis.call('ZREM', endings, user .. ':' .. session)
  end
end
local function leave(endings, users, user, session)
  redis.call('ZREM', users .. user, session)
  redis.call('ZREM', endings, user .. ':' .. session)
end
`

/** KEYS session, endings. ARGV member, lifetime, user, start of the indexes, then fields and values. Gives now and the end. */
export const CREATE_SESSION = script(`${SESSIONS}
local now = clock()
local ends = endOf(ARGV[2], now)
sweep(KEYS[2], ARGV[4], now)
local before = redis.call('HGET', KEYS[1], 'user')
if before and before ~= ARGV[3] then leave(KEYS[2], ARGV[4], before, ARGV[1]) end
redis.call('DEL', KEYS[1])
local text = ends and int(ends) or ''
redis.call('HSET', KEYS[1], 'user', ARGV[3], 'createdAt', int(now), 'expiresAt', text, 'lifetime', ARGV[2], unpack(ARGV, 5))
keep(KEYS[1], ends)
place(KEYS[2], ARGV[4], ARGV[3], ARGV[1], ends)
return { int(now), text }
`)

/** KEYS session, endings. ARGV member, start of the indexes. */
export const DELETE_SESSION = script(`${SESSIONS}
sweep(KEYS[2], ARGV[2], clock())
local user = redis.call('HGET', KEYS[1], 'user')
if not user then return 0 end
leave(KEYS[2], ARGV[2], user, ARGV[1])
return redis.call('DEL', KEYS[1])
`)

/** KEYS session, endings. ARGV member, lifetime or "original", start of the indexes. */
export const REFRESH_SESSION = script(`${SESSIONS}
local now = clock()
sweep(KEYS[2], ARGV[3], now)
local user = redis.call('HGET', KEYS[1], 'user')
if not user then return 0 end
local lifetime = ARGV[2]
if lifetime == 'original' then lifetime = redis.call('HGET', KEYS[1], 'lifetime') or '' end
local ends = endOf(lifetime, now)
redis.call('HSET', KEYS[1], 'expiresAt', ends and int(ends) or '')
keep(KEYS[1], ends)
place(KEYS[2], ARGV[3], user, ARGV[1], ends)
return 1
`)

/** KEYS endings. ARGV start of the indexes. */
export const SWEEP_SESSIONS = script(`${SESSIONS}
sweep(KEYS[1], ARGV[1], clock())
`)

/** KEYS index of the user. ARGV user, start of the records, fields. Gives for each session its member and those fields. */
export const LIST_SESSIONS = script(`
cut(KEYS[1], clock())
local live = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[2] .. member
  if redis.call('HGET', key, 'user') == ARGV[1] then
    live[#live + 1] = { member, redis.call('HMGET', key, unpack(ARGV, 3)) }
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
return live
`)

/** KEYS log, which is also the channel. ARGV payload, how many are kept, for how many ms. */
export const PUBLISH = script(
  `
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'event', ARGV[1], 'by', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', KEYS[1], id .. ' ' .. ARGV[1])
`,
  '',
)

/** KEYS log. Id of the last event that is kept. */
export const LAST_EVENT = script(`
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return last and last[1] or '0-0'
`)

/** Loaded when a connection opens. */
export const ALL_SCRIPTS: readonly Script[] = [
  REGISTER_WIDGET,
  UPDATE_WIDGET,
  DELETE_WIDGET,
  LIST_WIDGETS,
  REGISTER_CONNECTION,
  REFRESH_CONNECTION,
  UNREGISTER_CONNECTION,
  LIST_CONNECTIONS,
  CREATE_SESSION,
  DELETE_SESSION,
  REFRESH_SESSION,
  SWEEP_SESSIONS,
  LIST_SESSIONS,
  PUBLISH,
  LAST_EVENT,
]
