/** Makes HTML of a template and what it is to show. Whatever it puts in from the context, it escapes. */
export abstract class Renderer {
  /** `context`: state, errors, component_id, slots (HTML by name), and what `getContext` adds. */
  abstract render(templateName: string, context: object): string
}
