/**
 * Receipt: the promise that an item will be listed, in three lines (INTAKE §3, §10).
 *
 *     example.org/log 20245 20247
 *     <64 hex of the item>[ <64 hex of its chunks>]
 *     <86 characters of the signature>
 *
 * 1. A receipt must be signed by the intake's key, for at most 31 daily lists.
 * 2. "Suppressed" may be said only when every list of the promise was read and none holds the item.
 */
import { b64u, concat, H, hex, Malformed, unb64u, unhex, utf8, type Bytes } from "./bytes.ts";
import { array, decode, encode, integer, members, string, type Json } from "./canonical.ts";
import { verify } from "./crypto.ts";
import type { EpochList } from "./epochs.ts";

const LABEL = utf8("countersign/intake/v1/receipt\n");
export const MOST_EPOCHS = 30;

export interface Receipt {
  ledger: string;
  first: number;
  last: number;
  /** Hex. */
  item: string;
  /** Hex, or empty. */
  chunks: string;
  sig: Bytes;
}

/** How the chunks of an upload are named in a receipt. */
export const chunksDigest = (ids: string[]): string =>
  ids.length ? hex(H("chunks", ...ids.map((id) => unhex(id, 32)))) : "";

const unsigned = (r: Receipt): Json => ({
  chunks: r.chunks,
  first: r.first,
  items: [r.item],
  last: r.last,
  ledger: r.ledger,
});

/** The JSON that an upload is answered with. */
export function readReceipt(data: Uint8Array): Receipt {
  const r = members(decode(data), ["chunks", "first", "items", "last", "ledger", "sig"]);
  const items = array(r["items"], 1);
  const receipt = {
    ledger: string(r["ledger"]),
    first: integer(r["first"]),
    last: integer(r["last"]),
    item: string(items[0]),
    chunks: string(r["chunks"], true),
    sig: unb64u(r["sig"], 64),
  };
  return checked(receipt);
}

export const receiptLines = (r: Receipt): string =>
  `${r.ledger} ${r.first} ${r.last}\n${r.item}${r.chunks && ` ${r.chunks}`}\n${b64u(r.sig)}`;

/** Three lines as they were copied; spaces around and between are forgiven. */
export function parseLines(typed: string): Receipt {
  const rows = typed.trim().split(/\r?\n/).map((row) => row.trim().split(/\s+/).join(" "));
  const [origin, hashes, sig] = rows;
  const head = /^(\S+) (\d{1,10}) (\d{1,10})$/.exec(origin ?? "");
  const body = /^([0-9a-f]{64})(?: ([0-9a-f]{64}))?$/.exec(hashes ?? "");
  if (rows.length !== 3 || !head || !body) throw new Malformed("these are not the three lines of a receipt");
  const [first, last] = [Number(head[2]), Number(head[3])];
  return checked({ ledger: head[1]!, first, last, item: body[1]!, chunks: body[2] ?? "", sig: unb64u(sig, 64) });
}

function checked(r: Receipt): Receipt {
  unhex(r.item, 32);
  if (r.chunks) unhex(r.chunks, 32);
  if (r.last < r.first || r.last > r.first + MOST_EPOCHS) throw new Malformed("a promise of the wrong length");
  return r;
}

/** True when one of the intake's keys in force at the receipt's first day signed it. */
export const receiptHolds = (r: Receipt, key: Uint8Array): boolean =>
  verify(key, r.sig, concat(LABEL, encode(unsigned(r))));

export type Standing =
  | { word: "not valid" | "too early" | "cannot tell" | "suppressed" }
  | { word: "listed" | "undelivered"; epoch: number };

/**
 * What became of an item. `lists` are those at hand, `today` the current day number, `bytesOf` gives the item's bytes
 * or null, `key` is the intake's at the receipt's first day.
 */
export async function standing(
  receipt: Receipt,
  key: Uint8Array,
  lists: EpochList[],
  today: number,
  bytesOf: (list: EpochList, item: string) => Promise<Uint8Array | null>,
): Promise<Standing> {
  if (!receiptHolds(receipt, key)) return { word: "not valid" };
  const promised = new Map(lists.filter((l) => l.epoch >= receipt.first && l.epoch <= receipt.last).map((l) => [l.epoch, l]));
  for (const list of promised.values()) {
    if (list.items.some((place) => place.item === receipt.item)) {
      const bytes = await bytesOf(list, receipt.item);
      const whole = bytes !== null && hex(H("item", bytes)) === receipt.item;
      return { word: whole ? "listed" : "undelivered", epoch: list.epoch };
    }
  }
  if (today <= receipt.last) return { word: "too early" };
  for (let e = receipt.first; e <= receipt.last; e++) if (!promised.has(e)) return { word: "cannot tell" };
  return { word: "suppressed" };
}
