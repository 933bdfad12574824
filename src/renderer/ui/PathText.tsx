import { Fragment } from 'react'

/** A path that may wrap after each slash, so that its parts stay readable. */
export function PathText({ path }: { path: string }) {
  return path.split(/(?<=[\\/])/).map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ))
}
