import { useEffect, useState } from 'react'
import { show } from 'oriel'
import { Column, Text, TextInput } from 'oriel/ui'

// A field and a tag that the script controls, in a tree that is rendered 60 times a second.
function App() {
  const [frame, setFrame] = useState(0)
  const [text, setText] = useState('')
  const [plain, setPlain] = useState('')
  useEffect(() => {
    const timer = setInterval(() => setFrame((n) => n + 1), 1000 / 60)
    return () => clearInterval(timer)
  }, [])
  return (
    <Column>
      <TextInput label="Name" value={text} onChange={(value) => setText(value.toUpperCase())} help={`${frame}`} />
      <label>
        Plain <input value={plain} onChange={(event) => setPlain(event.target.value.trim())} data-frame={frame} />
      </label>
      <Text>Heard: {text}.</Text>
      <p>Plain heard: {plain}.</p>
    </Column>
  )
}

await show(<App />)
