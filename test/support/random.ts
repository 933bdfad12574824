/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A seed for tests that try things at random: TEST_SEED, or a new one. It is printed, so that a failure can be repeated. */
export function testSeed(): number {
  const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000)
  console.log(`seed ${seed} (set TEST_SEED to repeat)`)
  return seed
}
