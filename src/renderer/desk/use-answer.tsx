import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Value } from '../../shared/value.ts'

/** Answers a dialog; gives what is wrong with the answer, null if it was taken. */
export type Answer = (answer: Value) => Promise<string | null>

/** Gives an answer, and what was wrong with the last one. */
export function useAnswer(answer: Answer): { say: (value: Value) => void; problem: string | null; isBusy: boolean } {
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const say = (value: Value) => {
    setBusy(true)
    void answer(value).then((wrong) => {
      setBusy(false)
      setProblem(wrong)
    })
  }
  return { say, problem, isBusy }
}

/** Says what was wrong with an answer. */
export function Problem({ text }: { text: string | null }): ReactNode {
  return text === null ? null : (
    <p className="dialog-problem" role="alert">
      {text}
    </p>
  )
}
