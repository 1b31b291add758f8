/**
 * Daily lists: what the ledger says, once a day and always alike, of everything that was handed in (INTAKE §3, §10).
 *
 *     {"board":"<hex>","chunks":["<hex>"×32],"client":"<hex>","desk":["<hex>"…],"directory":"<hex>","epoch":20245,
 *      "items":"<base64url of n × 80 bytes>"}
 *
 * 1. n must be 64, 128, 256 or 512; items in rising order of their ids, no id and no nonce twice.
 * 2. Lists must be fetched in fixed windows of 92 days, never "since I filed".
 */
import { concat, hex, Malformed, slice, unb64u, unhex, utf8, type Bytes } from "./bytes.ts";
import { decode, encode, integer, members, sortedHashes, string, type Json } from "./canonical.ts";
import { verify } from "./crypto.ts";
import type { Codename } from "./codename.ts";
import { isMine } from "./envelope.ts";

const LABEL = utf8("countersign/intake/v1/epoch\n");
const PLACE = 80;
export const CHUNKS = 32;
export const WINDOW = 92;

export interface Place {
  nonce: Bytes;
  bind: Bytes;
  /** Hex. */
  item: string;
}

export interface EpochList {
  epoch: number;
  items: Place[];
  chunks: string[];
  desk: string[];
  board: string;
  client: string;
  directory: string;
  data: Json;
}

export const windowOf = (epoch: number): number => Math.floor(epoch / WINDOW);
export const epochAt = (milliseconds: number): number => Math.floor(milliseconds / 86_400_000);

export function epochList(data: Json): EpochList {
  const d = members(data, ["board", "chunks", "client", "desk", "directory", "epoch", "items"]);
  const raw = unb64u(d["items"]);
  const count = raw.length / PLACE;
  if (![64, 128, 256, 512].includes(count)) throw new Malformed("a list of a wrong length");
  const items: Place[] = [];
  for (let i = 0; i < count; i++) {
    const row = raw.subarray(i * PLACE, (i + 1) * PLACE);
    items.push({ nonce: slice(row, 0, 16), bind: slice(row, 16, 48), item: hex(row.subarray(48)) });
  }
  if (items.some((p, i) => i > 0 && items[i - 1]!.item >= p.item)) throw new Malformed("items out of order or doubled");
  if (new Set(items.map((p) => hex(p.nonce))).size < count) throw new Malformed("a nonce stands twice");
  const chunks = sortedHashes(d["chunks"]);
  if (chunks.length !== CHUNKS) throw new Malformed("not 32 chunks");
  for (const name of ["board", "client", "directory"]) unhex(d[name], 32);
  return {
    epoch: integer(d["epoch"], 0, 0xffffffff),
    items,
    chunks,
    desk: sortedHashes(d["desk"], 12),
    board: string(d["board"]),
    client: string(d["client"]),
    directory: string(d["directory"]),
    data: d,
  };
}

/** True when the intake itself published the list under this key. */
export const listHolds = (list: EpochList, sig: Uint8Array, key: Uint8Array): boolean =>
  verify(key, sig, concat(LABEL, encode(list.data)));

/** The places that bear a codename's mark. */
export const marked = (who: Codename, list: EpochList): Place[] =>
  list.items.filter((p) => isMine(who, p.nonce, p.bind));

/** A list as the intake publishes it; `entry` is where it says that the ledger holds it, null before that. */
export interface Published {
  list: EpochList;
  sig: Bytes;
  entry: number | null;
}

/** One window: ``{"lists":[{"data":{…},"entry":41,"sig":"<86>"}],"v":1,"window":220}``. */
export function readWindow(data: Uint8Array, window: number): Published[] {
  const w = members(decode(data), ["lists", "v", "window"]);
  if (w["v"] !== 1 || w["window"] !== window || !Array.isArray(w["lists"])) throw new Malformed("not this window");
  const lists = w["lists"].map((value) => {
    const row = members(value, ["data", "entry", "sig"]);
    const entry = row["entry"] === null ? null : integer(row["entry"]);
    return { list: epochList(row["data"]!), sig: unb64u(row["sig"], 64), entry };
  });
  const inOrder = lists.every(
    ({ list }, i) => windowOf(list.epoch) === window && (i === 0 || lists[i - 1]!.list.epoch < list.epoch),
  );
  if (!inOrder) throw new Malformed("lists out of order");
  return lists;
}
