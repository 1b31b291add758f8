/** A directory with known keys, and what an honest intake would have said. */
import { pad } from "../src/body.ts";
import { REPLY_BYTES } from "../src/board.ts";
import { b64u, concat, H, hash, hex, u16, u32, u8, utf8, type Bytes } from "../src/bytes.ts";
import { encode, type Json } from "../src/canonical.ts";
import type { Codename } from "../src/codename.ts";
import * as c from "../src/crypto.ts";
import { directory, type Directory } from "../src/directory.ts";
import { itemId } from "../src/envelope.ts";

const seed = (what: string, n: number): Bytes => hash(utf8(`${what} ${n}`));

let made: Promise<{ dir: Directory; seeds: Bytes[]; signs: Bytes[]; written: Json }> | null = null;

export const fiveSeats = () => (made ??= makeFive());

async function makeFive() {
  const seeds = [0, 1, 2, 3, 4].map((n) => seed("hpke", n));
  const signs = [0, 1, 2, 3, 4].map((n) => seed("sign", n));
  const seats = await Promise.all(
    seeds.map(async (s, n) => ({
      device: b64u(c.signPublic(seed("device", n))),
      hpke: b64u(await c.hpkePublic(s)),
      person: `t-${n}`,
      seat: n,
      sign: b64u(c.signPublic(signs[n]!)),
    })),
  );
  const panels = [
    { id: "ltbt", k: 3, name: "Long-Term Benefit Trust", seats: [0, 1, 2, 3, 4] },
    { id: "directors", k: 2, name: "Directors", seats: [3, 4] },
  ];
  const written: Json = { from_epoch: 20240, ledger: "example.org/log", panels, seats, v: 1 };
  return { dir: directory(written), seeds, signs, written };
}

export function receiptFor(envelope: Uint8Array, first: number, last: number, service: Uint8Array): Bytes {
  const r = { chunks: "", first, items: [hex(itemId(envelope))], last, ledger: "example.org/log" };
  const sig = c.sign(service, concat(utf8("countersign/intake/v1/receipt\n"), encode(r)));
  return encode({ ...r, sig: b64u(sig) });
}

/** A daily list with these envelopes among covers. */
export function listOf(epoch: number, envelopes: Uint8Array[]): Json {
  const rows = envelopes.map((e) => concat(e.subarray(34, 82), itemId(e)));
  while (rows.length < 64) rows.push(c.random(80));
  rows.sort((a, b) => (hex(a.subarray(48)) < hex(b.subarray(48)) ? -1 : 1));
  const chunks = Array.from({ length: 32 }, (_, i) => hex(seed("chunk", i))).sort();
  const some = hex(seed("any", 0));
  return { board: some, chunks, client: some, desk: [], directory: some, epoch, items: b64u(concat(...rows)) };
}

export async function replySlot(
  who: Codename,
  dir: Directory,
  epoch: number,
  slot: number,
  text: string,
  seats: number[],
  signs: Uint8Array[],
): Promise<Bytes> {
  const r = {
    directory: hex(dir.digest),
    first: epoch,
    id: hex(seed(text, 0)).slice(0, 32),
    text,
    to: hex(H("reply", who.replyKey)),
    v: 1,
  };
  const message = concat(utf8("countersign/intake/v1/reply\n"), encode(r));
  const signatures = seats.map((s) => ({ seat: s, sig: b64u(c.sign(signs[s]!, message)) }));
  const content = pad(encode({ ...r, signatures }), REPLY_BYTES);
  const tag = c.mac(who.tagKey, concat(utf8("countersign/intake/v1/board"), u8(0), u32(epoch), u16(slot)));
  return concat(tag.subarray(0, 16), await c.seal(who.replyKey, H("board", u32(epoch), u16(slot)), content));
}
