import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject, SessionStore } from '../../../src/main/stores/state/types.ts'
import { SHORT_MS, SHORT_TTL, STRANGE_IDS } from './state-context.ts'
import type { StateContext } from './state-context.ts'

const DAY_MS = 86_400_000

export function sessionsContract(context: StateContext, hasProcesses: boolean): void {
  describe('sessions', () => {
    const overProcesses = hasProcesses ? it : () => {}
    let sessions: SessionStore
    beforeEach(() => {
      sessions = context.open().sessions
    })

    it('[S1] gives what was created, and nothing of an unknown id', async () => {
      const before = await context.subject.now()
      const created = await sessions.createSession('s', 'u', { roles: ['editor'], ttl: 60, metadata: { a: [1] } })
      const after = await context.subject.now()
      expect(created).toMatchObject({ sessionId: 's', userId: 'u', roles: ['editor'], metadata: { a: [1] } })
      expect(created.createdAt).toBeGreaterThanOrEqual(before)
      expect(created.createdAt).toBeLessThanOrEqual(after)
      expect(created.expiresAt).toBe(created.createdAt + 60_000)
      expect(await sessions.getSession('s')).toEqual(created)
      expect(await sessions.validateSession('s')).toBe(true)
      for (const id of ['nobody', '']) {
        expect(await sessions.getSession(id)).toBeNull()
        expect(await sessions.validateSession(id)).toBe(false)
        expect(await sessions.deleteSession(id)).toBe(false)
        expect(await sessions.refreshSession(id)).toBe(false)
        expect(await sessions.listUserSessions(id)).toEqual([])
      }
      expect(await sessions.deleteSession('s')).toBe(true)
      expect(await sessions.deleteSession('s')).toBe(false)
      expect(await sessions.listUserSessions('u')).toEqual([])
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[S1] refuses ids and roles that are none', async () => {
      const refused = { code: 'bad_value' }
      await expect(sessions.createSession('', 'u')).rejects.toMatchObject(refused)
      await expect(sessions.createSession('s', '')).rejects.toMatchObject(refused)
      await expect(sessions.createSession('s', 'u', { roles: [7 as never] })).rejects.toMatchObject(refused)
      await expect(sessions.createSession('s', 'u', { roles: 'admin' as never })).rejects.toMatchObject(refused)
      await expect(sessions.createSession('s', 'u', { metadata: { a: new Date() } as never })).rejects.toMatchObject(
        refused,
      )
      await expect(sessions.setRolePermissions('', ['read'])).rejects.toMatchObject(refused)
      await expect(sessions.setRolePermissions('r', 'read')).rejects.toMatchObject(refused)
      expect(await sessions.getSession('s')).toBeNull()
    })

    it('[S2] a lifetime that is not given is the default, null is for ever, 0 and less is refused', async () => {
      const plain = await sessions.createSession('default', 'u')
      expect(plain.expiresAt! - plain.createdAt).toBe(DAY_MS)
      const hour = await context.open({ sessionTtl: 3_600 }).sessions.createSession('hour', 'u')
      expect(hour.expiresAt! - hour.createdAt).toBe(3_600_000)
      expect((await sessions.createSession('ever', 'u', { ttl: null })).expiresAt).toBeNull()
      const ever = context.open({ sessionTtl: null }).sessions
      expect((await ever.createSession('ever2', 'u')).expiresAt).toBeNull()
      expect((await sessions.getSession('ever'))!.expiresAt).toBeNull()
      expect((await sessions.listUserSessions('u')).map((one) => one.sessionId).sort()).toEqual(
        ['default', 'ever', 'ever2', 'hour'].sort(),
      )
      for (const ttl of [0, -1, Number.NaN, Infinity]) {
        await expect(sessions.createSession('bad', 'u', { ttl })).rejects.toThrow(RangeError)
        await expect(sessions.refreshSession('ever', ttl)).rejects.toThrow(RangeError)
      }
      expect(await sessions.getSession('bad')).toBeNull()
    })

    it('[S3] is valid until its time and unknown from then on', async () => {
      const { expiresAt } = await sessions.createSession('s', 'u', { ttl: SHORT_TTL, roles: ['admin'] })
      for (let known = true, step = 0; known; step++) {
        const before = await context.subject.now()
        known = await sessions.validateSession('s')
        const after = await context.subject.now()
        if (before >= expiresAt!) expect(known).toBe(false)
        if (after < expiresAt!) expect(known).toBe(true)
        expect(before).toBeLessThan(expiresAt! + 5_000)
        await context.subject.pass(step === 0 ? SHORT_MS - 5 : 1)
      }
      expect(await sessions.getSession('s')).toBeNull()
      expect(await sessions.listUserSessions('u')).toEqual([])
      expect(await sessions.checkPermission('s', 'doc', '1', 'read')).toBe(false)
      expect(await sessions.deleteSession('s')).toBe(false)
      expect(await context.subject.leftovers()).toEqual([])
    })

    it('[S3] asking for an expired one cleans up behind it while others of the user live on', async () => {
      await sessions.createSession('short', 'u', { ttl: SHORT_TTL })
      await sessions.createSession('long', 'u', { ttl: null })
      await context.subject.pass(SHORT_MS)
      expect(await sessions.getSession('short')).toBeNull()
      expect((await context.subject.leftovers()).filter((name) => name.includes('short'))).toEqual([])
      expect((await sessions.listUserSessions('u')).map((one) => one.sessionId)).toEqual(['long'])
    })

    it('[S4] a refresh counts from now, with the time it is given or the original one', async () => {
      const created = await sessions.createSession('s', 'u', { ttl: 60, roles: ['viewer'], metadata: { a: 1 } })
      const expiry = async (): Promise<number> => (await sessions.getSession('s'))!.expiresAt!
      const refreshed = async (ttl: number | undefined, seconds: number): Promise<void> => {
        const before = await context.subject.now()
        expect(await sessions.refreshSession('s', ttl)).toBe(true)
        const after = await context.subject.now()
        expect(await expiry()).toBeGreaterThanOrEqual(before + seconds * 1000)
        expect(await expiry()).toBeLessThanOrEqual(after + seconds * 1000)
      }
      await context.subject.pass(5)
      await refreshed(undefined, 60)
      await refreshed(600, 600)
      await refreshed(undefined, 60)
      await refreshed(undefined, 60)
      expect(await sessions.getSession('s')).toEqual({ ...created, expiresAt: await expiry() })
      expect(await sessions.refreshSession('s', null)).toBe(true)
      expect((await sessions.getSession('s'))!.expiresAt).toBeNull()
      await refreshed(undefined, 60)
    })

    it('[S4] one without an end stays so; an expired one does not come back', async () => {
      await sessions.createSession('ever', 'u', { ttl: null })
      expect(await sessions.refreshSession('ever')).toBe(true)
      expect((await sessions.getSession('ever'))!.expiresAt).toBeNull()
      await sessions.createSession('short', 'u', { ttl: SHORT_TTL })
      await context.subject.pass(SHORT_MS)
      expect(await sessions.refreshSession('short')).toBe(false)
      expect(await sessions.refreshSession('short', 60)).toBe(false)
      expect(await sessions.getSession('short')).toBeNull()
    })

    it('[S5] lists the living sessions of one user; an id that is created for another moves', async () => {
      await sessions.createSession('s1', 'u')
      await sessions.createSession('s2', 'u')
      await sessions.createSession('short', 'u', { ttl: SHORT_TTL })
      await sessions.createSession('s3', 'v')
      await context.subject.pass(SHORT_MS)
      const idsOf = async (user: string): Promise<string[]> =>
        (await sessions.listUserSessions(user)).map((one) => one.sessionId).sort()
      expect(await idsOf('u')).toEqual(['s1', 's2'])
      await sessions.createSession('s2', 'v', { roles: ['viewer'] })
      expect(await idsOf('u')).toEqual(['s1'])
      expect(await idsOf('v')).toEqual(['s2', 's3'])
      expect(await sessions.listUserSessions('u')).toEqual([await sessions.getSession('s1')])
    })

    it('[S6] the roles that everybody knows', async () => {
      const permissions = { viewer: ['read'], editor: ['read', 'write'], admin: ['read', 'write', 'admin'] }
      for (const [role, allowed] of Object.entries(permissions)) {
        await sessions.createSession(role, 'u', { roles: [role] })
        for (const permission of ['read', 'write', 'admin', 'other'])
          expect(await sessions.checkPermission(role, 'doc', '1', permission)).toBe(allowed.includes(permission))
      }
      expect((await sessions.createSession('none', 'u')).roles).toEqual([])
      expect(await sessions.checkPermission('none', 'doc', '1', 'read')).toBe(false)
    })

    it('[S7] several roles give what any of them gives', async () => {
      await sessions.setRolePermissions('printer', new Set(['print']))
      await sessions.createSession('s', 'u', { roles: ['viewer', 'printer', 'nobody knows this one'] })
      for (const permission of ['read', 'print'])
        expect(await sessions.checkPermission('s', 'doc', '1', permission)).toBe(true)
      expect(await sessions.checkPermission('s', 'doc', '1', 'write')).toBe(false)
      await sessions.setRolePermissions('viewer', [])
      expect(await sessions.checkPermission('s', 'doc', '1', 'read')).toBe(false)
    })

    it('[S7] what is unknown, damaged or named like a part of an object grants nothing', async () => {
      const roles = ['constructor', '__proto__', 'toString', 'damaged', 'damaged too']
      await sessions.setRolePermissions('damaged', ['read'])
      await sessions.setRolePermissions('damaged too', ['read'])
      await context.subject.spoil.role('damaged', '["read"')
      await context.subject.spoil.role('damaged too', '{"read":true}')
      await sessions.createSession('s', 'u', { roles })
      for (const permission of ['read', 'length', 'name', '0', 'constructor'])
        expect(await sessions.checkPermission('s', 'doc', '1', permission)).toBe(false)
      expect(await sessions.checkPermission('nobody', 'doc', '1', 'read')).toBe(false)
      await sessions.createSession('hurt', 'u', { roles: ['admin'], metadata: { permissions: { 'doc:1': ['x'] } } })
      await context.subject.spoil.sessionRoles('hurt', '"admin"')
      await context.subject.spoil.sessionMetadata('hurt', '{')
      expect(await sessions.checkPermission('hurt', 'doc', '1', 'read')).toBe(false)
      expect(await sessions.checkPermission('hurt', 'doc', '1', 'x')).toBe(false)
      expect(await sessions.getSession('hurt')).toMatchObject({ roles: [], metadata: {} })
    })

    it('[S8] metadata grants permissions on one resource', async () => {
      const metadata = { permissions: { 'doc:1': ['write'], 'doc:a:b': ['read'], 'doc:2': 'write', 'doc:3': null } }
      await sessions.createSession('s', 'u', { metadata })
      const may = (type: string, id: string, permission: string): Promise<boolean> =>
        sessions.checkPermission('s', type, id, permission)
      expect(await may('doc', '1', 'write')).toBe(true)
      expect(await may('doc', '1', 'read')).toBe(false)
      expect(await may('doc', '2', 'write')).toBe(false)
      expect(await may('doc', '3', 'write')).toBe(false)
      expect(await may('img', '1', 'write')).toBe(false)
      expect(await may('doc', 'a:b', 'read')).toBe(true)
      expect(await may('doc:a', 'b', 'read')).toBe(false)
      await sessions.createSession('odd', 'u', { metadata: { permissions: ['doc:1'] } })
      expect(await sessions.checkPermission('odd', 'doc', '1', 'write')).toBe(false)
    })

    it('[S9] nested, unicode and null metadata and a hundred roles come back whole', async () => {
      const metadata: JsonObject = {
        nothing: null,
        text: 'Grüße 👋 \u0000 "\\',
        numbers: [0, -1.5, 1e300, 2 ** 53 - 1],
        nested: { list: [[], {}, { deep: [{ deeper: false }] }] },
        '': 'empty key',
      }
      const roles = Array.from({ length: 100 }, (_, n) => `role ${n} ä`)
      await sessions.createSession('s', 'u', { roles, metadata })
      expect(await sessions.getSession('s')).toMatchObject({ roles, metadata })
    })

    it('[S9] what it gives are copies: no role comes by changing them', async () => {
      const roles = ['viewer']
      const created = await sessions.createSession('s', 'u', { roles, metadata: { a: { b: 1 } } })
      roles.push('admin')
      created.roles.push('admin')
      ;(created.metadata['a'] as JsonObject)['b'] = 2
      ;(await sessions.getSession('s'))!.roles.push('admin')
      for (const one of await sessions.listUserSessions('u')) one.roles.push('admin')
      expect(await sessions.getSession('s')).toMatchObject({ roles: ['viewer'], metadata: { a: { b: 1 } } })
      expect(await sessions.checkPermission('s', 'doc', '1', 'admin')).toBe(false)
    })

    it('ids and users do not collide, whatever is in them', async () => {
      for (const id of STRANGE_IDS) await sessions.createSession(id, id)
      for (const id of STRANGE_IDS) {
        expect((await sessions.getSession(id))!.userId).toBe(id)
        expect((await sessions.listUserSessions(id)).map((one) => one.sessionId)).toEqual([id])
      }
    })

    it('[S10] many at once all succeed', async () => {
      await sessions.createSession('s', 'u', { roles: ['editor'] })
      const all = await Promise.all([
        ...Array.from({ length: 50 }, () => sessions.checkPermission('s', 'doc', '1', 'write')),
        ...Array.from({ length: 20 }, () => sessions.refreshSession('s')),
        ...Array.from({ length: 10 }, async (_, n) => (await sessions.createSession(`n${n}`, 'v')).userId === 'v'),
      ])
      expect(all).toEqual(Array.from({ length: 80 }, () => true))
      expect(await sessions.listUserSessions('v')).toHaveLength(10)
    })

    overProcesses('[S10] also from four processes', async () => {
      await sessions.createSession('s', 'u', { roles: ['editor'] })
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, p) =>
          context
            .spawn()
            .call(
              [
                ...Array.from({ length: 50 }, () => ['sessions', 'checkPermission', 's', 'doc', '1', 'write'] as const),
                ...Array.from({ length: 20 }, () => ['sessions', 'refreshSession', 's'] as const),
                ...Array.from({ length: 10 }, (_one, n) => ['sessions', 'createSession', `p${p}-${n}`, 'v'] as const),
              ].map((call) => [...call]),
            ),
        ),
      )
      for (const [n, answer] of answers.flat().entries())
        expect(n % 80 < 70 ? answer === true : (answer as { userId: string }).userId === 'v').toBe(true)
      expect(await sessions.listUserSessions('v')).toHaveLength(40)
    })

    overProcesses('[S11] what one process does another sees', async () => {
      const child = context.spawn()
      await child.call([['sessions', 'createSession', 's', 'u', { roles: ['printer'], metadata: { a: 1 } }]])
      expect(await sessions.getSession('s')).toMatchObject({ userId: 'u', roles: ['printer'], metadata: { a: 1 } })
      expect(await sessions.checkPermission('s', 'doc', '1', 'print')).toBe(false)
      await child.call([['sessions', 'setRolePermissions', 'printer', ['print']]])
      expect(await sessions.checkPermission('s', 'doc', '1', 'print')).toBe(true)
      await sessions.setRolePermissions('printer', [])
      expect(await child.call([['sessions', 'checkPermission', 's', 'doc', '1', 'print']])).toEqual([false])
      await sessions.deleteSession('s')
      expect(
        await child.call([
          ['sessions', 'getSession', 's'],
          ['sessions', 'listUserSessions', 'u'],
        ]),
      ).toEqual([null, []])
    })

    it('[S11] and one instance what another does', async () => {
      const other = context.open().sessions
      await other.createSession('s', 'u', { roles: ['r'] })
      await other.setRolePermissions('r', ['fly'])
      expect(await sessions.checkPermission('s', 'doc', '1', 'fly')).toBe(true)
      await other.deleteSession('s')
      expect(await sessions.validateSession('s')).toBe(false)
    })
  })
}
