/**
 * The ledger, read as static files from the intake's mirror: that a daily list stands in it (RECORD §4-5, tlog-tiles).
 *
 * 1. Nothing of an entry may be believed before its place under the signed checkpoint was proved.
 */
import { equal, Malformed, readU16, slice, type Bytes } from "./bytes.ts";
import { decode, encode, members, type Json } from "./canonical.ts";
import { inclusionProof, leafHash, nodeHash, verifyInclusion, type ReadHash } from "./merkle.ts";
import type { Checkpoint } from "./note.ts";

const WIDTH = 256;

/** Gives the bytes at a path below the log's prefix. */
export type Fetch = (path: string) => Promise<Bytes>;

/** `tile/0/x001/234.p/17`; level -1 are the entries. */
export function tilePath(level: number, index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/.{3}/g)!;
  const number = groups.map((g, i) => (i < groups.length - 1 ? `x${g}` : g)).join("/");
  return `tile/${level < 0 ? "entries" : level}/${number}${width < WIDTH ? `.p/${width}` : ""}`;
}

const widthAt = (level: number, index: number, size: number): number =>
  Math.min(WIDTH, Math.floor(size / WIDTH ** Math.max(level, 0)) - index * WIDTH);

function reader(fetch: Fetch, size: number): ReadHash {
  const tiles = new Map<string, Promise<Bytes>>();
  return async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const span = 2 ** (level % 8);
    const first = index * span;
    const tile = Math.floor(first / WIDTH);
    const path = tilePath(tileLevel, tile, widthAt(tileLevel, tile, size));
    if (!tiles.has(path)) tiles.set(path, fetch(path));
    const data = await tiles.get(path)!;
    const at = first % WIDTH;
    if (data.length < (at + span) * 32) throw new Malformed("a tile is too short");
    let row = Array.from({ length: span }, (_, i) => slice(data, (at + i) * 32, (at + i + 1) * 32));
    while (row.length > 1) row = row.filter((_, i) => i % 2 === 0).map((left, i) => nodeHash(left, row[2 * i + 1]!));
    return row[0]!;
  };
}

/** Entry `index`, proved to stand under the checkpoint; null when the mirror's bytes do not prove it. */
export async function provedEntry(fetch: Fetch, head: Checkpoint, index: number): Promise<Bytes | null> {
  if (index >= head.size) return null;
  const bundle = Math.floor(index / WIDTH);
  const entries = splitEntries(await fetch(tilePath(-1, bundle, widthAt(-1, bundle, head.size))));
  const entry = entries[index % WIDTH];
  if (!entry) return null;
  const leaf = leafHash(entry);
  const proof = await inclusionProof(index, head.size, reader(fetch, head.size));
  return verifyInclusion(index, head.size, leaf, proof, head.root) ? entry : null;
}

export function splitEntries(bundle: Uint8Array): Bytes[] {
  const entries: Bytes[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + (at + 2 <= bundle.length ? readU16(bundle, at) : 0);
    if (at + 2 > bundle.length || end > bundle.length) throw new Malformed("an entry bundle ends inside an entry");
    entries.push(slice(bundle, at + 2, end));
    at = end;
  }
  if (entries.length > WIDTH) throw new Malformed("an entry bundle of too many entries");
  return entries;
}

/** The type and data of the act in an entry; null for a withheld one. */
export function actOf(entry: Uint8Array): { type: Json; data: Json } | null {
  const e = members(decode(entry), ["index", "prev", "recorded_at", "v"], ["act", "stream_version", "withheld"]);
  if (!("act" in e)) return null;
  const event = (members(e["act"], ["event", "signatures"])["event"] ?? {}) as { [name: string]: Json };
  return { type: event["type"] ?? null, data: event["data"] ?? null };
}

/** The act at `index`, proved to stand there; null when it is not, or is withheld. */
export async function provedAct(
  fetch: Fetch,
  head: Checkpoint,
  index: number,
): Promise<{ type: Json; data: Json } | null> {
  const entry = await provedEntry(fetch, head, index);
  return entry && actOf(entry);
}

/** True when the ledger holds exactly this data as an act of this type at `index`. */
export async function ledgerHolds(
  fetch: Fetch,
  head: Checkpoint,
  index: number,
  type: string,
  data: Json,
): Promise<boolean> {
  const act = await provedAct(fetch, head, index);
  return act !== null && act.type === type && equal(encode(act.data), encode(data));
}

