/**
 * Signed notes: the state of the record, by its own key and by those who saw it only grow (C2SP tlog-checkpoint).
 *
 *     example.org/log
 *     41
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *     — example.org/log hI2DJw…
 *
 * 1. A note must be read only in the one form in which it is written.
 * 2. Every line of a key must hold, not only one.
 */
import { concat, equal, hash, hex, Malformed, readU32, slice, u8, unb64, utf8, type Bytes } from "./bytes.ts";
import { verify } from "./crypto.ts";

const LOG_KEY = 0x01;
const COSIGNER_KEY = 0x04;

export interface Vkey {
  name: string;
  type: number;
  public: Bytes;
  id: Bytes;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  text: string;
  lines: { name: string; id: Bytes; signature: Bytes }[];
}

/** `name+<8 hex>+<base64>`. */
export function vkey(written: string): Vkey {
  const m = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(written);
  if (!m) throw new Malformed("not a verifier key");
  const raw = unb64(m[3]!);
  const id = slice(hash(utf8(m[1]!), u8(10), raw), 0, 4);
  if (hex(id) !== m[2] || raw.length !== 33) throw new Malformed("the key id does not belong to this key");
  return { name: m[1]!, type: raw[0]!, public: slice(raw, 1), id };
}

export function checkpoint(note: string): Checkpoint {
  const cut = note.lastIndexOf("\n\n");
  const rows = note.slice(cut + 2).split("\n");
  if (cut < 0 || rows.pop() !== "" || !rows.length || rows.length > 100 || /[\x00-\x09\x0b-\x1f]/.test(note)) {
    throw new Malformed("not a signed note");
  }
  const text = note.slice(0, cut + 1);
  const lines = rows.map((row) => {
    const m = /^— ([^+\s]+) (\S+)$/u.exec(row);
    const raw = m ? unb64(m[2]!) : new Uint8Array(0);
    if (!m || raw.length < 5) throw new Malformed("not a signature line");
    return { name: m[1]!, id: slice(raw, 0, 4), signature: slice(raw, 4) };
  });
  const head = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  const size = Number(head?.[2]);
  if (!head || !Number.isSafeInteger(size)) throw new Malformed("a checkpoint has three lines: origin, size and root");
  return { origin: head[1]!, size, root: unb64(head[3]!), text, lines };
}

const linesOf = (c: Checkpoint, key: Vkey) => c.lines.filter((l) => l.name === key.name && equal(l.id, key.id));

/** True when the log of `key` signed it and the key's name is the origin. */
export function signedBy(c: Checkpoint, key: Vkey): boolean {
  const lines = linesOf(c, key);
  const right = key.type === LOG_KEY && key.name === c.origin && lines.length > 0;
  return right && lines.every((l) => verify(key.public, l.signature, utf8(c.text)));
}

/** When this witness says that it saw the record only grow, in seconds since 1970; null when it did not. */
export function cosignedBy(c: Checkpoint, key: Vkey): number | null {
  const lines = linesOf(c, key);
  if (key.type !== COSIGNER_KEY || !lines.length) return null;
  const times = lines.map(({ signature }) => {
    if (signature.length !== 72) return null;
    const seconds = readU32(signature, 0) * 2 ** 32 + readU32(signature, 4);
    const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(c.text));
    return Number.isSafeInteger(seconds) && verify(key.public, signature.subarray(8), message) ? seconds : null;
  });
  return times.includes(null) ? null : times[0]!;
}

