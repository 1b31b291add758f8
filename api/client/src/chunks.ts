/**
 * Chunks: attachments in pieces of one length, each under a key of its own that is named in the body (INTAKE §2).
 *
 * 1. An id must be the SHA-256 of the whole sealed chunk, 262,160 bytes.
 * 2. At most 32 chunks go with one report.
 */
import { concat, hash, hex, type Bytes } from "./bytes.ts";
import { CannotOpen, decrypt, encrypt, random } from "./crypto.ts";

export const CHUNK_DATA = 262_144;
export const CHUNK_BYTES = CHUNK_DATA + 16;
export const MAX_CHUNKS = 32;
const NO_AAD = new Uint8Array(0);

export interface Chunk {
  id: string;
  key: Bytes;
}

export interface Attachment {
  name: string;
  mediaType: string;
  size: number;
  chunks: Chunk[];
}

/** What a file takes. */
export const chunksFor = (size: number): number => Math.max(1, Math.ceil(size / CHUNK_DATA));

/** Seals a file; gives what the body says of it, and the chunks to send. */
export async function sealFile(
  name: string,
  mediaType: string,
  data: Uint8Array,
): Promise<{ attachment: Attachment; sealed: Bytes[] }> {
  const attachment: Attachment = { name, mediaType, size: data.length, chunks: [] };
  const sealed: Bytes[] = [];
  for (let n = 0; n < chunksFor(data.length); n++) {
    const part = data.subarray(n * CHUNK_DATA, (n + 1) * CHUNK_DATA);
    const key = random(32);
    const chunk = await encrypt(key, concat(part, new Uint8Array(CHUNK_DATA - part.length)), NO_AAD);
    attachment.chunks.push({ id: hex(hash(chunk)), key });
    sealed.push(chunk);
  }
  return { attachment, sealed };
}

/** The file behind an attachment, out of its chunks in order. */
export async function openFile(attachment: Attachment, sealed: Uint8Array[]): Promise<Bytes> {
  if (sealed.length !== attachment.chunks.length) throw new CannotOpen();
  const parts: Bytes[] = [];
  for (const [i, chunk] of attachment.chunks.entries()) {
    if (sealed[i]!.length !== CHUNK_BYTES || hex(hash(sealed[i]!)) !== chunk.id) throw new CannotOpen();
    parts.push(await decrypt(chunk.key, sealed[i]!, NO_AAD));
  }
  const whole = concat(...parts);
  if (whole.length < attachment.size) throw new CannotOpen();
  return Uint8Array.from(whole.subarray(0, attachment.size));
}
