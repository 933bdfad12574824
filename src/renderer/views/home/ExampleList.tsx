import type { HomeExampleProps } from '../../../shared/records.ts'

/** Scripts that come with Oriel, one card each. */
export function ExampleList({
  examples,
  onOpen,
}: {
  examples: HomeExampleProps[]
  onOpen: (name: string) => Promise<void>
}) {
  return (
    <ul className="example-list">
      {examples.map(({ name, title, description }) => (
        <li key={name}>
          <button type="button" className="example" onClick={() => void onOpen(name)}>
            <strong>{title}</strong>
            <span>{description}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
