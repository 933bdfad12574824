/*
 * How the files of a page reach the script: small ones in their event, others ahead of it, piece by piece, each piece
 * answered before much more is sent. In the event such a file has its upload's id where its bytes would be.
 */

/** Name of the event that carries pieces; its data is an UploadPiece or an UploadEnd. */
export const UPLOAD_EVENT = 'oriel.upload'
/** Files of one event that are no larger than this, in bytes together, go in the event itself. */
export const INLINE_UPLOAD_BYTES = 256 * 1024
/** Bytes of one piece. */
export const UPLOAD_PIECE_BYTES = 256 * 1024
/** Bytes that the files on their way into one session may have together. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024
/** Files that may be on their way into one session. */
export const MAX_UPLOADS = 64

/** The next bytes of a file. Pieces of one upload come in order. */
export interface UploadPiece {
  /** Random id, made by the page. */
  upload: string
  /** Of the whole file, in bytes. */
  size: number
  /** Where `bytes` begin. */
  offset: number
  bytes: Uint8Array
}

/** The file is not coming after all. */
export interface UploadEnd {
  upload: string
  cancel: true
}
