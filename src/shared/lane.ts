import { isPlainObject } from './document/kinds.ts'

/*
 * A lane: an http answer without an end, beside a page's WebSocket, that brings the page its frames. Browsers read such an
 * answer several times as fast as a WebSocket, and nothing else has to wait behind a frame. The page asks for one over its
 * socket, is told a secret, and fetches the answer with it. Whatever comes to nothing, frames go over the socket.
 */

/** Where lanes are fetched. */
export const LANE_PATH = '/frames'
/** Request header with the lane's secret. */
export const LANE_HEADER = 'x-oriel-lane'
/** Before each message in a lane: its length, as an unsigned number, most significant byte first. */
export const LANE_LENGTH_BYTES = 4

/** From the page: please give me a lane. From the server: here is its secret. Neither reaches the room or its client. */
export interface LaneMessage {
  type: 'lane'
  /** '' from the page */
  secret: string
}

/** Whether this is word about a lane. Anything else of that type is for nobody, and is refused as any unknown message. */
export function isLaneMessage(message: unknown): message is LaneMessage {
  return (
    isPlainObject(message) &&
    message.type === 'lane' &&
    typeof message.secret === 'string' &&
    message.secret.length <= 64 &&
    Object.keys(message).length === 2
  )
}
