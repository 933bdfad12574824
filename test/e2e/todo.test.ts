import path from 'node:path'
import { EXAMPLES, expect, test } from './support/oriel.ts'

const TODO = path.join(EXAMPLES, 'todo.oriel.tsx')

test('[A23] after SIGKILL the todos are there, and so is the half-typed line', async ({ oriel }) => {
  const first = oriel.run([TODO, '--host', 'chromium'])
  const [page] = await oriel.windows(1)
  const field = page!.getByLabel('What is to be done')
  await field.fill('Water the plants')
  await field.press('Enter')
  await expect(page!.getByText('1 left')).toBeVisible()
  await expect(field).toHaveValue('')
  await field.pressSequentially('Buy mil')
  // Kept once typing has paused.
  const kept = async () => {
    const [entry] = JSON.parse((await oriel.command(['sessions', 'list', '--json'])).stdout) as { sessionId: string }[]
    return (await oriel.command(['sessions', 'show', entry!.sessionId])).stdout
  }
  await expect.poll(kept, { timeout: 30_000 }).toContain('Buy mil')
  const gone = page!.waitForEvent('close')
  await first.kill()
  // The browser ends with it, and is not to be taken for the next one.
  await gone

  oriel.run([TODO, '--host', 'chromium'])
  const [again] = await oriel.windows(1)
  await expect(again!.getByText('Water the plants')).toBeVisible()
  await expect(again!.getByLabel('What is to be done')).toHaveValue('Buy mil')
  await expect(again!.getByText('What you had typed here is back.')).toBeVisible()
  await again!.getByLabel('What is to be done').pressSequentially('k')
  await again!.getByRole('button', { name: 'Add' }).click()
  await expect(again!.getByText('2 left')).toBeVisible()
})
