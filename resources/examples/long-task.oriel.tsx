// title: Long task
// about: Counting primes takes a while: with a bar, a button to cancel, and what came of it.
import { setImmediate } from 'node:timers/promises'
import { SessionState, notify, show, task, unsavedChanges } from 'oriel'
import { Button, Column, Metric, Row, Text } from 'oriel/ui'
import { z } from 'zod'

class Primes extends SessionState.define({
  limit: z.int().default(1_000_000_000),
  found: z.int().nullable().default(null),
}) {}

/** Numbers that are looked at in one go. */
const PIECE = 1_000_000

/** How many primes there are up to `limit`: the sieve of Eratosthenes, a piece at a time. */
async function countPrimes(limit: number, signal: AbortSignal, report: (part: number) => void): Promise<number> {
  const primes = smallPrimes(Math.floor(Math.sqrt(limit)))
  const composite = new Uint8Array(PIECE)
  let count = 0
  for (let low = 2; low <= limit; low += PIECE) {
    const high = Math.min(limit, low + PIECE - 1)
    composite.fill(0)
    for (const prime of primes) {
      const first = Math.max(prime * prime, Math.ceil(low / prime) * prime)
      for (let multiple = first; multiple <= high; multiple += prime) composite[multiple - low] = 1
    }
    for (let n = low; n <= high; n++) if (composite[n - low] === 0) count++
    report(high / limit)
    // Lets the window's Cancel reach us, and whatever else the script has to do.
    await setImmediate()
    signal.throwIfAborted()
  }
  return count
}

function smallPrimes(limit: number): number[] {
  const composite = new Uint8Array(limit + 1)
  const primes: number[] = []
  for (let n = 2; n <= limit; n++) {
    if (composite[n] === 1) continue
    primes.push(n)
    for (let multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1
  }
  return primes
}

async function run(primes: Primes): Promise<void> {
  unsavedChanges(true)
  try {
    primes.found = await task((signal, report) => countPrimes(primes.limit, signal, report), {
      label: `Primes up to ${primes.limit.toLocaleString('en')}…`,
      done: (found) => `${found.toLocaleString('en')} primes found`,
    })
    await notify('The primes are counted')
  } catch (error) {
    // Cancelled: the window has said so.
    if (!(error instanceof Error && 'code' in error && error.code === 'cancelled')) throw error
  } finally {
    unsavedChanges(false)
  }
}

function App() {
  const primes = Primes.use()
  return (
    <Column gap="lg">
      <h1>How many primes?</h1>
      <Text>The script works in a thread of its own. The window stays as quick as ever, and can stop it.</Text>
      <label>
        Up to{' '}
        <select value={String(primes.limit)} onChange={({ target }) => (primes.limit = Number(target.value))}>
          {[100_000, 100_000_000, 1_000_000_000, 10_000_000_000].map((limit) => (
            <option key={limit} value={String(limit)}>
              {limit.toLocaleString('en')}
            </option>
          ))}
        </select>
      </label>
      <Row>
        <Button variant="primary" onClick={() => run(primes)}>
          Count
        </Button>
      </Row>
      <Metric label="Found last" value={primes.found === null ? '–' : primes.found.toLocaleString('en')} />
    </Column>
  )
}

await show(<App />, { title: 'Long task', width: 620, height: 480 })
