import { tooLarge } from '../../shared/sizes.ts'
import { ComponentError } from './errors.ts'

/** The JSON that `request` brings; nothing is {}. Rejects with too_large past `limit` bytes, and bad_message. */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const bytes = await readBytes(request, limit)
  if (bytes.byteLength === 0) return {}
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (error) {
    throw new ComponentError('The body is no JSON in UTF-8.', { code: 'bad_message', cause: error })
  }
}

/** Stops reading as soon as it is too much. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > limit) throw tooLarge('The body', announced, limit)
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge('The body', size, limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
