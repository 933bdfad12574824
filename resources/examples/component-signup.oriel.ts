// title: Component: sign-up form
// about: A form that is checked by a zod schema, with a message at each field that needs another look.
import { show } from 'oriel'
import { EtaRenderer, FormComponent, registry } from 'oriel/components'
import type { FormState } from 'oriel/components'
import { z } from 'zod'

const FIELDS = [
  { name: 'name', label: 'Name', type: 'text', autocomplete: 'name' },
  { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email' },
  { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password' },
]

const templates = {
  signup: `
    <section>
      <h1>Sign up</h1>
      <% if (it.is_valid) { %>
        <p role="status"><mark>Welcome, <%= it.form_data.name %>.</mark></p>
      <% } %>
      <form data-event="submit" novalidate>
        <% if (it.errors.form) { %><p role="alert" style="color: var(--oriel-danger)"><%= it.errors.form %></p><% } %>
        <% for (const field of it.fields) { const errors = it.field_errors[field.name] ?? [] %>
          <p>
            <label><%= field.label %>
              <input name="<%= field.name %>" type="<%= field.type %>" autocomplete="<%= field.autocomplete %>"
                value="<%= field.type === 'password' ? '' : (it.form_data[field.name] ?? '') %>"
                aria-invalid="<%= errors.length > 0 %>" aria-describedby="<%= field.name %>-errors" style="width: 100%">
            </label>
            <small id="<%= field.name %>-errors" role="alert" style="color: var(--oriel-danger)"><%= errors.join(' ') %></small>
          </p>
        <% } %>
        <p><label><input type="checkbox" name="topics" value="news" <%= it.topics.includes('news') ? 'checked' : '' %>> News</label>
          <label><input type="checkbox" name="topics" value="tips" <%= it.topics.includes('tips') ? 'checked' : '' %>> Tips</label></p>
        <button class="primary">Sign up</button>
      </form>
    </section>`,
}

class SignUp extends FormComponent<FormState & { topics?: string[] }> {
  static override templateName = 'signup'
  static override renderer = new EtaRenderer({ templates })
  static override schema = z
    .object({
      name: z.string().trim().min(1, 'Please tell us your name.'),
      email: z.email('This does not look like an e-mail address.'),
      password: z.string().min(8, 'At least 8 characters.'),
      topics: z.array(z.enum(['news', 'tips'])).default([]),
    })
    .strict()

  override getContext() {
    const { topics } = (this.state.form_data ?? {}) as { topics?: string[] }
    return { ...super.getContext(), fields: FIELDS, topics: topics ?? [] }
  }

  override onSubmit() {
    // What is a secret is used and not kept: state is stored.
    const { password: _used, ...kept } = this.validatedData as Record<string, unknown>
    this.state.form_data = kept
    console.log('signed up:', kept)
  }
}

registry.register('signup', SignUp)
await show(new SignUp(), { title: 'Sign up', width: 480, height: 620 })
