const SCRIPT = `import { show } from 'oriel'
let n = 0
const w = await show('<h1 id="n">0</h1>' +
  '<button data-event="add">Add</button>')
w.on('add', () => w.patch('#n', String(++n)))`

/** What to do when nothing was opened yet. */
export function FirstSteps() {
  return (
    <div className="card first-steps">
      <ol>
        <li>
          <p>Make a script. This gives you one to start from:</p>
          <pre>oriel new counter</pre>
        </li>
        <li>
          <p>Or write it yourself; five lines are enough:</p>
          <pre tabIndex={0}>{SCRIPT}</pre>
        </li>
        <li>
          <p>Open it: double-click the file, type its path above, or run</p>
          <pre>oriel counter.oriel.ts</pre>
        </li>
      </ol>
    </div>
  )
}
