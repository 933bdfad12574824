import { useState } from 'react'

interface Item {
  id: number
  text: string
}

let lastId = 0
const fresh = (count: number): Item[] => Array.from({ length: count }, (_, i) => ({ id: ++lastId, text: `Row ${i}` }))

/** A list whose buttons put new elements into it, and change some of those that are there. */
export function List() {
  const [items, setItems] = useState<Item[]>([])
  const change = (count: number) =>
    setItems((all) => all.map((item, i) => (i < count ? { ...item, text: `${item.text}+` } : item)))
  return (
    <div>
      {[1, 100, 10_000].map((count) => (
        <p key={count}>
          <button id={`new-${count}`} onClick={() => setItems((all) => [...fresh(count), ...all])}>
            new {count}
          </button>
          <button id={`change-${count}`} onClick={() => change(count)}>
            change {count}
          </button>
        </p>
      ))}
      <button id="clear" onClick={() => setItems([])}>
        clear
      </button>
      <ul id="list">
        {items.map((item) => (
          <li key={item.id} className="item">
            {item.text}
          </li>
        ))}
      </ul>
    </div>
  )
}
