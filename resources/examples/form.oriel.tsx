// A form that a schema checks: travel expenses, with what is wrong said at each field. What was handed in is kept.
import { SessionState, show } from 'oriel'
import {
  Alert,
  Badge,
  Button,
  Card,
  Checkbox,
  Column,
  DateRangeInput,
  FileInput,
  Form,
  Grid,
  Heading,
  Metric,
  NumberInput,
  RadioGroup,
  Row,
  Select,
  Text,
  TextArea,
  TextInput,
} from 'oriel/ui'
import type { UploadedFile } from 'oriel/ui'
import { z } from 'zod'

const CURRENCIES = { EUR: 1, GBP: 1.17, NOK: 0.088, USD: 0.92 } as const

const claim = z
  .object({
    person: z.string().trim().min(2, 'Please enter your whole name.'),
    email: z.email(),
    purpose: z.enum(['Conference', 'Customer', 'Field work']),
    days: z.tuple([z.iso.date('Please choose the first day.'), z.iso.date('Please choose the last day.')]),
    amount: z.number().positive('Has to be more than nothing.').max(20_000),
    currency: z.enum(['EUR', 'GBP', 'NOK', 'USD']),
    receipt: z.custom<UploadedFile>().nullable(),
    remarks: z.string().max(500),
    isTrue: z.literal(true, 'Please confirm this.'),
  })
  .refine(({ amount, currency, receipt }) => receipt !== null || amount * CURRENCIES[currency] <= 50, {
    path: ['receipt'],
    message: 'Amounts over 50 € need a receipt.',
  })

class Claims extends SessionState.define({
  list: z
    .array(
      z.object({ person: z.string(), purpose: z.string(), from: z.string(), euros: z.number(), receipt: z.string() }),
    )
    .default([]),
}) {}

function Expenses() {
  const { list } = Claims.use()
  const total = list.reduce((sum, { euros }) => sum + euros, 0)

  const handIn = (values: z.output<typeof claim>) => {
    const { person, purpose, days, amount, currency, receipt } = values
    const from = days[0]
    if (list.some((other) => other.person === person && other.from === from))
      return { errors: { days: `${person} has handed in a journey that began on ${from} already.` } }
    const euros = Math.round(amount * CURRENCIES[currency] * 100) / 100
    Claims.get().list.unshift({ person, purpose, from, euros, receipt: receipt?.name ?? '' })
  }

  return (
    <Column gap="lg">
      <Row justify="between" align="end">
        <Heading level={1}>Travel expenses</Heading>
        {list.length > 0 && (
          <Metric
            label="Handed in"
            value={total}
            unit="€"
            help={list.length === 1 ? 'one journey' : `${list.length} journeys`}
          />
        )}
      </Row>
      <Card>
        <Form schema={claim} label="Travel expenses" resetOnSuccess onSubmit={handIn}>
          <Grid minWidth={260}>
            <TextInput name="person" label="Name" required />
            <TextInput name="email" label="E-mail" type="email" placeholder="you@example.org" required />
            <DateRangeInput name="days" label="First and last day" max="2030-12-31" required />
            <RadioGroup
              name="purpose"
              label="Purpose"
              options={['Conference', 'Customer', 'Field work']}
              orientation="horizontal"
              required
            />
            <NumberInput name="amount" label="Amount" min={0} decimals={2} step={10} required />
            <Select name="currency" label="Currency" options={Object.keys(CURRENCIES)} defaultValue="EUR" required />
          </Grid>
          <FileInput
            name="receipt"
            label="Receipt"
            accept="image/*,.pdf"
            maxBytes={5_000_000}
            help="Needed for amounts over 50 €"
          />
          <TextArea name="remarks" label="Remarks" rows={2} maxRows={8} />
          <Checkbox name="isTrue" label="I have spent this money myself, for the work." />
          <Row>
            <Button type="submit" variant="primary">
              Hand in
            </Button>
            <Button type="reset" variant="plain">
              Start again
            </Button>
          </Row>
        </Form>
      </Card>
      {list.length === 0 && <Alert>Nothing was handed in yet. What you hand in stays here, tomorrow too.</Alert>}
      {list.map(({ person, purpose, from, euros, receipt }) => (
        <Card key={`${person} ${from}`}>
          <Row justify="between">
            <Row gap="sm">
              <Text inline bold>
                {person}
              </Text>
              <Badge tone="accent">{purpose}</Badge>
              <Text inline tone="muted">
                from {from}
                {receipt && `, ${receipt}`}
              </Text>
            </Row>
            <Text inline bold>
              {euros.toFixed(2)} €
            </Text>
          </Row>
        </Card>
      ))}
    </Column>
  )
}

await show(<Expenses />, { title: 'Travel expenses', width: 820, height: 900 })
