import { script } from '../state/redis/scripts.ts'

/*
 * A saved session is a hash: what the catalog knows of it, and the head of its document. The rest is beside it, in keys
 * ME:PART:NUMBER. Numbers that are not 0 are given once each, so that what is prepared never meets what is read:
 *   log:N      versions of the log in order, each with its size      commits:N   version → packed commit
 *   records:N  id → place, packed record                             names:N     row of commits:N or records:N → its pieces
 *   pieces:0   hash → bytes       refs:0   hash → in how many rows   placements:0   garbage:0   ended:0  epochs that are over
 * Fields of the hash say which are read: `log`, `base` and, over it, `over`; `staged` is being prepared by `writer`. A
 * record in `over` stands for the one in `base`, an empty one for none. No call goes over more than a slice of a document.
 * In all: KEYS session, index. ARGV member, lifetime.
 */
const DOCUMENT = `
local me, index, member, lifetime = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local call = redis.call
local function at(part, number) return me .. ':' .. part .. ':' .. number end
local function get(field) return call('HGET', me, field) or '' end
local function known() return call('EXISTS', me) == 1 end
local function all()
  local keys = { me, at('placements', 0), at('pieces', 0), at('refs', 0), at('garbage', 0), at('ended', 0) }
  local function add(number)
    for _, part in ipairs({ 'records', 'names', 'log', 'commits' }) do keys[#keys + 1] = at(part, number) end
  end
  for _, field in ipairs({ 'log', 'base', 'over', 'staged' }) do
    local number = get(field)
    if number ~= '' then add(number) end
  end
  for _, number in ipairs(call('SMEMBERS', at('garbage', 0))) do add(number) end
  return keys
end
-- Everything of the session ends at the same moment. What is there already is left for a hundredth of its lifetime.
local function renew(force)
  local left = call('PTTL', me)
  local now = clock()
  local ends = endOf(lifetime, now)
  if not force and ((not ends and left == -1) or (ends and left > tonumber(lifetime) * 0.99)) then return end
  for _, key in ipairs(all()) do keep(key, ends) end
  cut(index, now)
  enter(index, member, ends)
end
local function nextNumber() return call('HINCRBY', me, 'next', 1) end
local function each(names, work)
  for hash in string.gmatch(names, '[^,]+') do work(hash) end
end
-- Pieces of these names that are not there.
local function missing(lists)
  local gone = { 'missing' }
  for _, names in ipairs(lists) do
    each(names, function(hash)
      if call('HEXISTS', at('pieces', 0), hash) == 0 then gone[#gone + 1] = hash end
    end)
  end
  return #gone > 1 and gone or nil
end
local function name(number, row, names)
  if names == '' then return end
  call('HSET', at('names', number), row, names)
  each(names, function(hash) call('HINCRBY', at('refs', 0), hash, 1) end)
end
local function unname(number, row)
  local names = call('HGET', at('names', number), row)
  if not names then return end
  call('HDEL', at('names', number), row)
  each(names, function(hash)
    if call('HINCRBY', at('refs', 0), hash, -1) <= 0 then
      call('HDEL', at('refs', 0), hash)
      call('HDEL', at('pieces', 0), hash)
    end
  end)
end
local function discard(number)
  if number ~= '' then call('SADD', at('garbage', 0), number) end
end
local function current(id)
  local over, base = get('over'), get('base')
  local found = over ~= '' and call('HGET', at('records', over), id)
  if not found and base ~= '' then found = call('HGET', at('records', base), id) end
  return found and found ~= '' and found or nil
end
local function size() return { 'ok', get('commits'), get('bytes') } end
`

const documentScript = (text: string): ReturnType<typeof script> => script(text, undefined, DOCUMENT)

/** Then fields and values. Gives when it was first saved, which no other session has. */
export const SAVE = documentScript(`
local isNew = not known()
if isNew then
  local time = call('TIME')
  call('HSET', me, 'order', int(time[1] * 1000000 + time[2]))
end
for i = 3, #ARGV, 2 do call('HSET', me, ARGV[i], ARGV[i + 1]) end
renew(isNew)
return get('order')
`)

/** Then fields and values. */
export const UPDATE = documentScript(`
if not known() then return 0 end
for i = 3, #ARGV, 2 do call('HSET', me, ARGV[i], ARGV[i + 1]) end
renew(false)
return 1
`)

export const REMOVE = documentScript(`
local found = known() and 1 or 0
call('ZREM', index, member)
for _, key in ipairs(all()) do call('UNLINK', key) end
return found
`)

/** KEYS index. Members. */
export const MEMBERS = script(`
cut(KEYS[1], clock())
return redis.call('ZRANGE', KEYS[1], 0, -1)
`)

/** KEYS index. ARGV start of the keys, how many fields, fields, members. Those whose session is gone leave the index. */
export const LIST = script(`
local fields = {}
for i = 3, 2 + ARGV[2] do fields[#fields + 1] = ARGV[i] end
local rows = {}
for i = 3 + ARGV[2], #ARGV do
  local key = ARGV[1] .. ARGV[i]
  if redis.call('EXISTS', key) == 1 then
    rows[#rows + 1] = { ARGV[i], redis.call('HMGET', key, unpack(fields)) }
  else
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return rows
`)

/** Then widget, value. */
export const PLACE = documentScript(`
if not known() then return 0 end
local key = at('placements', 0)
local before = call('HGET', key, ARGV[3])
local place = before and string.match(before, '^%d+') or call('HLEN', key)
call('HSET', key, ARGV[3], place .. ' ' .. ARGV[4])
renew(not before)
return 1
`)

/**
 * Then when the session was first saved or nothing, whether a document must be there, epoch, and for each commit version,
 * bytes in all, packed commit, pieces.
 */
export const APPEND = documentScript(`
if not known() or (ARGV[3] ~= '' and ARGV[3] ~= get('order')) then return { 'unknown' } end
local epoch, last, log = get('epoch'), tonumber(get('last')) or 0, get('log')
if epoch == '' and ARGV[4] == '1' then return { 'lost' } end
if #ARGV == 5 then return size() end
if epoch ~= '' and epoch ~= ARGV[5] then return { 'stored', epoch, int(last) } end
if epoch == '' and call('SISMEMBER', at('ended', 0), ARGV[5]) == 1 then return { 'stored', epoch, int(last) } end
if epoch ~= '' and call('ZCARD', at('log', log)) < tonumber(get('commits')) then return { 'lost' } end
local named = {}
for i = 6, #ARGV, 4 do
  if tonumber(ARGV[i]) > last and ARGV[i + 3] ~= '' then named[#named + 1] = ARGV[i + 3] end
end
local gone = missing(named)
if gone then return gone end
local commits, bytes = tonumber(get('commits')) or 0, tonumber(get('bytes')) or 0
local force = #named > 0 or commits == 0
if epoch == '' then
  log = nextNumber()
  call('HSET', me, 'epoch', ARGV[5], 'version', 0, 'log', log, 'count', 0, 'base', '', 'over', '')
end
for i = 6, #ARGV, 4 do
  if tonumber(ARGV[i]) > last then
    last = tonumber(ARGV[i])
    call('ZADD', at('log', log), ARGV[i], ARGV[i] .. ' ' .. ARGV[i + 1])
    call('HSET', at('commits', log), ARGV[i], ARGV[i + 2])
    name(log, ARGV[i], ARGV[i + 3])
    commits = commits + 1
    bytes = bytes + ARGV[i + 1]
  end
end
call('HSET', me, 'last', int(last), 'commits', int(commits), 'bytes', int(bytes))
renew(force)
return size()
`)

/** Then old epoch, version, new epoch, writer. Taking over again what was taken over by the same epoch is the same. */
export const TAKE_OVER = documentScript(`
if not known() then return { 'unknown' } end
local epoch = get('epoch')
if epoch == '' or get('last') ~= ARGV[4] or (epoch ~= ARGV[3] and epoch ~= ARGV[5]) then return { 'elsewhere' } end
if epoch ~= ARGV[5] then call('SADD', at('ended', 0), epoch) end
call('HSET', me, 'epoch', ARGV[5], 'writer', ARGV[6])
renew(true)
return size()
`)

const CHECKS = `
-- What speaks against showing 'epoch' at 'version'; nil if nothing does.
local function objection(kind, epoch, version)
  if not known() then return { 'unknown' } end
  local stored, at = get('epoch'), get('version')
  if kind == 'fold' then
    if stored == '' or stored ~= epoch or tonumber(version) < tonumber(at) then return { 'stored', stored, at } end
  else
    if call('SISMEMBER', me .. ':ended:0', epoch) == 1 then return { 'ended', stored, at } end
    if stored == epoch and tonumber(version) < tonumber(at) then return { 'stored', stored, at } end
  end
end
`

/** Then kind, epoch, version, writer. Gives the number to prepare. */
export const BEGIN = documentScript(`${CHECKS}
local no = objection(ARGV[3], ARGV[4], ARGV[5])
if no then return no end
discard(get('staged'))
local staged = nextNumber()
local count = ARGV[3] == 'fold' and get('count') or '0'
call('HSET', me, 'writer', ARGV[6], 'staged', staged, 'stagedCount', count)
renew(true)
return { 'ok', staged }
`)

/** Then kind, writer, and for each record what (keep, end, remove), id, packed record, pieces. */
export const STAGE = documentScript(`
if not known() then return { 'unknown' } end
if get('writer') ~= ARGV[4] then return { 'busy' } end
local named = {}
for i = 5, #ARGV, 4 do named[#named + 1] = ARGV[i + 3] end
local gone = missing(named)
if gone then return gone end
local staged, more = get('staged'), 0
local key = at('records', staged)
for i = 5, #ARGV, 4 do
  local what, id = ARGV[i], ARGV[i + 1]
  local before = ARGV[3] == 'fold' and current(id) or nil
  unname(staged, id)
  if what == 'remove' then
    if before then more = more - 1 end
    call('HSET', key, id, '')
  else
    local place = what == 'keep' and before and string.match(before, '^%d+') or call('HINCRBY', me, 'place', 1)
    local isNew = call('HSET', key, id, place .. ' ' .. ARGV[i + 2])
    name(staged, id, ARGV[i + 3])
    if isNew == 1 and not before then more = more + 1 end
  end
end
call('HINCRBY', me, 'stagedCount', more)
renew(true)
return { 'ok' }
`)

/** Then kind, epoch, version, writer, packed head or nothing. What was prepared is read from now on. */
export const SHOW = documentScript(`${CHECKS}
local kind, epoch, version = ARGV[3], ARGV[4], ARGV[5]
local no = objection(kind, epoch, version)
if no then return no end
if get('writer') ~= ARGV[6] or (kind == 'fold' and get('over') ~= '') then return { 'busy' } end
local staged, base = get('staged'), get('base')
if kind == 'fold' and base ~= '' then
  call('HSET', me, 'over', staged)
else
  discard(base)
  discard(get('over'))
  call('HSET', me, 'base', staged, 'over', '')
end
local log = get('log')
if log == '' or get('epoch') ~= epoch then
  if log ~= '' then call('SADD', at('ended', 0), get('epoch')) end
  discard(log)
  log = nextNumber()
  call('HSET', me, 'log', log, 'last', 0)
end
local commits, bytes = 0, 0
for _, entry in ipairs(call('ZRANGEBYSCORE', at('log', log), '(' .. version, '+inf')) do
  commits = commits + 1
  bytes = bytes + string.match(entry, ' (%d+)$')
end
local last = math.max(tonumber(get('last')) or 0, tonumber(version))
call('HSET', me, 'epoch', epoch, 'version', version, 'last', int(last), 'commits', commits, 'bytes', int(bytes),
  'staged', '', 'count', get('stagedCount'))
call('HINCRBY', me, 'shown', 1)
if ARGV[7] ~= '' then call('HSET', me, 'head', ARGV[7]) end
renew(true)
return size()
`)

/** Then writer. One slice of the clearing up; gives `more` until there is nothing left to do. */
export const CLEAR = documentScript(`
if not known() then return { 'unknown' } end
if get('writer') ~= ARGV[3] then return { 'busy' } end
local base, over, log = get('base'), get('over'), get('log')
if over ~= '' then
  local rows = call('HRANDFIELD', at('records', over), 32, 'WITHVALUES')
  for i = 1, #rows, 2 do
    local id, value = rows[i], rows[i + 1]
    unname(base, id)
    if value == '' then
      call('HDEL', at('records', base), id)
    else
      call('HSET', at('records', base), id, value)
      local names = call('HGET', at('names', over), id)
      if names then
        call('HSET', at('names', base), id, names)
        call('HDEL', at('names', over), id)
      end
    end
    call('HDEL', at('records', over), id)
  end
  renew(true)
  if #rows > 0 then return { 'more' } end
  call('HSET', me, 'over', '')
end
if log ~= '' then
  local old = call('ZRANGEBYSCORE', at('log', log), '-inf', get('version'), 'LIMIT', 0, 64)
  for _, entry in ipairs(old) do
    local version = string.match(entry, '^%d+')
    unname(log, version)
    call('HDEL', at('commits', log), version)
    call('ZREM', at('log', log), entry)
  end
  if #old > 0 then return { 'more' } end
end
local number = call('SRANDMEMBER', at('garbage', 0))
if number then
  local rows = call('HRANDFIELD', at('names', number), 64)
  for _, row in ipairs(rows) do unname(number, row) end
  if #rows == 0 then
    call('UNLINK', at('records', number), at('names', number), at('log', number), at('commits', number))
    call('SREM', at('garbage', 0), number)
  end
  return { 'more' }
end
return size()
`)

/** Then writer. Deletes pieces that no row names. */
export const SWEEP = documentScript(`
if not known() or get('writer') ~= ARGV[3] then return end
for _, hash in ipairs(call('HKEYS', at('pieces', 0))) do
  if call('HEXISTS', at('refs', 0), hash) == 0 then call('HDEL', at('pieces', 0), hash) end
end
`)

/** Then when the session was first saved, hash, bytes. */
export const ADD_PIECE = documentScript(`
if get('order') ~= ARGV[3] then return 0 end
call('HSET', at('pieces', 0), ARGV[4], ARGV[5])
renew(true)
return 1
`)
