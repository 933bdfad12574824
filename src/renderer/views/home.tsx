import type { HomeExampleProps, HomeSessionProps } from '../../shared/records.ts'
import { NO_TIMEOUT_MS } from '../../shared/patience.ts'
import { Logo } from '../ui/Logo.tsx'
import { propsOf, useRecords } from '../ui/use-document.ts'
import { ExampleList } from './home/ExampleList.tsx'
import { FirstSteps } from './home/FirstSteps.tsx'
import { OpenFile } from './home/OpenFile.tsx'
import { SessionList } from './home/SessionList.tsx'
import type { ViewProps } from './index.ts'

/** Where Oriel starts when no script was named: recent sessions, examples, and the way to open a file. */
export function HomeView({ link, widgetId, onError }: Pick<ViewProps, 'link' | 'widgetId' | 'onError'>) {
  const records = useRecords(link.document)
  const sessions = propsOf<HomeSessionProps>(records, 'session').sort((a, b) => b.lastUsedAt - a.lastUsedAt)
  const examples = propsOf<HomeExampleProps>(records, 'example')
  const act = (type: string, data: { readonly [key: string]: string }) =>
    // Opening may wait for the person to say yes in another window.
    link.request(widgetId, type, data, { timeoutMs: NO_TIMEOUT_MS }).then(() => {}, onError)
  return (
    <div className="home">
      <header className="home-head">
        <Logo size={36} />
        <h1>Oriel</h1>
        <OpenFile onOpen={(path) => act('file.open', { path })} />
      </header>
      <section className="home-sessions" aria-labelledby="home-sessions">
        <h2 id="home-sessions">{sessions.length > 0 ? 'Recent' : 'Open your first script'}</h2>
        {sessions.length > 0 ? (
          <SessionList
            sessions={sessions}
            onResume={(sessionId) => act('session.resume', { sessionId })}
            onRemove={(sessionId) => act('session.remove', { sessionId })}
          />
        ) : (
          <FirstSteps />
        )}
      </section>
      {examples.length > 0 && (
        <section className="home-examples" aria-labelledby="home-examples">
          <h2 id="home-examples">Examples</h2>
          <ExampleList examples={examples} onOpen={(name) => act('example.open', { name })} />
        </section>
      )}
    </div>
  )
}
