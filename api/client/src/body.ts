/**
 * Body: what the panel reads, padded to one length (INTAKE §10).
 *
 *     {"attachments":[…],"author":"<43>","excluded":[3],"kind":"report","panel":"ltbt","reply_key":"<1622>","sig":"<86>",
 *      "tag_key":"<43>","text":"…","v":1}
 *
 * 1. A body with `author` must carry `sig` over the envelope's prefix and itself; a first report also carries reply_key
 *    and tag_key, a follow-up neither, a filing without proof none of the four.
 * 2. Padding must be zeros, and a length of 0 means nothing.
 */
import { b64u, concat, hash, isZero, Malformed, readU32, u32, u8, unb64u, unhex, utf8, type Bytes } from "./bytes.ts";
import { array, decode, encode, integer, members, string, type Json, type Members } from "./canonical.ts";
import { HPKE_KEY_BYTES, sign, verify } from "./crypto.ts";
import { MAX_CHUNKS, type Attachment } from "./chunks.ts";

export const BODY_BYTES = 16384;
const LABEL = utf8("countersign/intake/v1/body");

export interface Body {
  kind: "report" | "follow_up";
  text: string;
  panel: string;
  excluded: number[];
  attachments: Attachment[];
  author?: Bytes;
  replyKey?: Bytes;
  tagKey?: Bytes;
}

export function pad(content: Uint8Array, size: number): Bytes {
  if (content.length > size - 4) throw new Malformed("too long");
  return concat(u32(content.length), content, new Uint8Array(size - 4 - content.length));
}

/** What was padded; null for nothing. */
export function unpad(padded: Uint8Array): Bytes | null {
  const length = readU32(padded, 0);
  if (length > padded.length - 4 || !isZero(padded.subarray(4 + length))) throw new Malformed("wrong padding");
  return length === 0 ? null : Uint8Array.from(padded.subarray(4, 4 + length));
}

/** The canonical bytes, signed when there is an author. */
export function writeBody(body: Body, prefix: Uint8Array, authorSeed?: Uint8Array): Bytes {
  const value: Members = {
    attachments: body.attachments.map((a) => ({
      chunks: a.chunks.map((c) => ({ id: c.id, key: b64u(c.key) })),
      media_type: a.mediaType,
      name: a.name,
      size: a.size,
    })),
    excluded: [...body.excluded].sort((a, b) => a - b),
    kind: body.kind,
    panel: body.panel,
    text: body.text,
    v: 1,
  };
  if (body.author) value["author"] = b64u(body.author);
  if (body.replyKey) value["reply_key"] = b64u(body.replyKey);
  if (body.tagKey) value["tag_key"] = b64u(body.tagKey);
  if (authorSeed) value["sig"] = b64u(sign(authorSeed, message(prefix, value)));
  return encode(value);
}

/** How long the largest body with this text would be: a first report that excludes twelve. */
export function bodyLength(text: string, panel: string, attachments: Attachment[]): number {
  const [author, tagKey, replyKey] = [new Uint8Array(32), new Uint8Array(32), new Uint8Array(HPKE_KEY_BYTES)];
  const excluded = Array.from({ length: 12 }, (_, s) => s);
  const body: Body = { kind: "follow_up", text, panel, excluded, attachments, author, tagKey, replyKey };
  return writeBody(body, new Uint8Array(0)).length + ',"sig":""'.length + 86;
}

const message = (prefix: Uint8Array, unsigned: Json): Bytes =>
  concat(LABEL, u8(0), hash(prefix), hash(encode(unsigned)));

/** Reads a body. `genuine` says that the author it names has signed it. */
export function readBody(data: Uint8Array, prefix: Uint8Array): { body: Body; genuine: boolean } {
  const always = ["attachments", "excluded", "kind", "panel", "text", "v"];
  const b = members(decode(data), always, ["author", "reply_key", "sig", "tag_key"]);
  const kind = b["kind"];
  if (b["v"] !== 1 || (kind !== "report" && kind !== "follow_up")) throw new Malformed("a body of an unknown form");
  const excluded = array(b["excluded"]).map((s) => integer(s));
  if (excluded.some((s, i) => i > 0 && excluded[i - 1]! >= s)) throw new Malformed("seats out of order");
  const signed = "author" in b;
  const keyed = "reply_key" in b;
  const sound = signed === "sig" in b && keyed === "tag_key" in b && (!keyed || (signed && kind === "report"));
  if (!sound) throw new Malformed("the body's keys do not belong together");
  const body: Body = {
    kind,
    text: string(b["text"], true),
    panel: string(b["panel"]),
    excluded,
    attachments: array(b["attachments"]).map(attachment),
  };
  if (body.attachments.reduce((n, a) => n + a.chunks.length, 0) > MAX_CHUNKS) throw new Malformed("too many chunks");
  if (keyed) {
    body.replyKey = unb64u(b["reply_key"], HPKE_KEY_BYTES);
    body.tagKey = unb64u(b["tag_key"], 32);
  }
  if (!signed) return { body, genuine: false };
  body.author = unb64u(b["author"], 32);
  const { sig, ...unsigned } = b;
  return { body, genuine: verify(body.author, unb64u(sig, 64), message(prefix, unsigned)) };
}

function attachment(value: Json): Attachment {
  const a = members(value, ["chunks", "media_type", "name", "size"]);
  const size = integer(a["size"]);
  const chunks = array(a["chunks"], MAX_CHUNKS).map((c) => {
    const m = members(c, ["id", "key"]);
    unhex(m["id"], 32);
    return { id: string(m["id"]), key: unb64u(m["key"], 32) };
  });
  return { name: string(a["name"]), mediaType: string(a["media_type"]), size, chunks };
}
