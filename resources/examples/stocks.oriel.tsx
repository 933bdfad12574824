// title: Stocks
// about: Ten years of stock prices, played back month by month as if they came in now.
import { show } from 'oriel'
import { LineData, query } from 'oriel/data'
import { Button, Column, LineStream, Metric, Row, Text } from 'oriel/ui'
import { useEffect, useState } from 'react'

const symbols = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT']
const prices = await query(
  `PIVOT (SELECT strptime(date, '%b %-d %Y') AS day, symbol, price FROM stocks)
   ON symbol IN (${symbols.map((symbol) => `'${symbol}'`).join(', ')}) USING first(price) GROUP BY day ORDER BY day`,
  { tables: { stocks: new URL('data/stocks.csv', import.meta.url) } },
)
const months = prices.values('day') as Float64Array
const lines = symbols.map((symbol) => prices.values(symbol) as Float64Array)
const data = new LineData(symbols, { points: prices.rowCount })
const MONTH_MS = 80

function App() {
  const [shown, setShown] = useState(0)
  const [playing, setPlaying] = useState(true)
  const isDone = shown === prices.rowCount

  useEffect(() => {
    if (!playing || isDone) return
    const timer = setTimeout(() => {
      data.push(
        months[shown]!,
        lines.map((line) => line[shown]!),
      )
      setShown(shown + 1)
    }, MONTH_MS)
    return () => clearTimeout(timer)
  }, [playing, isDone, shown])

  const again = () => {
    data.clear()
    setShown(0)
    setPlaying(true)
  }
  const last = Math.max(0, shown - 1)
  return (
    <Column>
      <Row>
        {symbols.map((symbol, i) => (
          <Metric key={symbol} label={symbol} value={money(lines[i]![last]!)} />
        ))}
      </Row>
      <LineStream data={data} label="Stock prices" unit="US dollars" height={400} min={0} />
      <Row>
        {isDone ? (
          <Button variant="primary" onClick={again}>
            Play again
          </Button>
        ) : (
          <Button variant="primary" onClick={() => setPlaying(!playing)}>
            {playing ? 'Pause' : 'Go on'}
          </Button>
        )}
        <Text tone="muted">
          {new Date(months[last]!).toLocaleDateString(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' })}
        </Text>
      </Row>
    </Column>
  )
}

function money(price: number): string {
  return Number.isNaN(price) ? '–' : `$${price.toFixed(2)}`
}

await show(<App />, { title: 'Stocks', width: 980, height: 660 })
