/**
 * What this page believes, and why: the directory of trustees, the intake's key, the state of the record.
 *
 *     /client/directory.json  {"directories":[{"data":{…},"entry":1}],"service":[{"entry":9,"from":20240,"public":"<43>"}],
 *      "v":1,"vkey":"…","witnesses":["…"]}
 *
 * It is one of the client's own files, the same for everybody and under the client's digest that the record holds.
 */
import { b64u, hex, Malformed, text, unb64u, type Bytes } from "../src/bytes.ts";
import { array, decode, integer, members, string, type Json } from "../src/canonical.ts";
import { directory, type Directory } from "../src/directory.ts";
import { isSoundKey } from "../src/crypto.ts";
import { listHolds, type Published } from "../src/epochs.ts";
import { ledgerHolds, provedAct } from "../src/log.ts";
import { checkpoint, cosignedBy, signedBy, vkey, type Checkpoint, type Vkey } from "../src/note.ts";
import { Plain } from "./dom.ts";
import { get, must, today } from "./net.ts";

export interface Trust {
  dir: Directory;
  data: Json;
  entry: number | null;
  /** All that ever held, by digest in hex: an answer may be signed under an earlier one. */
  directories: Map<string, Directory>;
  vkey: Vkey;
  /** As it is printed on sheets. */
  vkeyText: string;
  witnesses: Vkey[];
  services: Service[];
  /** The intake's key on a day; null before its first. */
  serviceKey(epoch: number): Bytes | null;
}

export interface Service {
  from: number;
  key: Bytes;
  entry: number | null;
}

let known: Promise<Trust> | null = null;

/** Read once per visit. */
export const trust = (): Promise<Trust> =>
  (known ??= read().catch((e: unknown) => {
    known = null;
    throw e;
  }));

async function read(): Promise<Trust> {
  const raw = await must("/client/directory.json");
  try {
    return parse(raw, today());
  } catch (e) {
    if (e instanceof Malformed) throw new Plain("The list of trustees cannot be read. Do not report here; use another way.");
    throw e;
  }
}

export function parse(raw: Uint8Array, today: number): Trust {
  const t = members(decode(raw), ["directories", "service", "v", "vkey", "witnesses"]);
  if (t["v"] !== 1) throw new Malformed("a directory file of an unknown form");
  const all = array(t["directories"]).map((value) => {
    const row = members(value, ["data", "entry"]);
    const entry = row["entry"] === null ? null : integer(row["entry"]);
    return { dir: directory(row["data"]!), data: row["data"]!, entry };
  });
  const holds = all.filter((d) => d.dir.fromEpoch <= today).at(-1) ?? all[0];
  if (!holds) throw new Malformed("no directory");
  const keys = array(t["service"]).map((value) => {
    const s = members(value, ["entry", "from", "public"]);
    const key = unb64u(s["public"], 32);
    if (!isSoundKey(key)) throw new Malformed("an unsound key");
    return { from: integer(s["from"]), key, entry: s["entry"] === null ? null : integer(s["entry"]) };
  });
  return {
    ...holds,
    directories: new Map(all.map((d) => [hex(d.dir.digest), d.dir])),
    vkey: vkey(string(t["vkey"])),
    vkeyText: string(t["vkey"]),
    services: keys,
    witnesses: array(t["witnesses"]).map((w) => vkey(string(w))),
    serviceKey: (epoch) => keys.filter((k) => k.from <= epoch).sort((a, b) => b.from - a.from)[0]?.key ?? null,
  };
}

/** The signed state of the record and who confirmed that it only grew; null when the mirror has none that holds. */
export async function stateOfRecord(t: Trust): Promise<{ head: Checkpoint; confirmed: string[] } | null> {
  const raw = await get("/log/checkpoint");
  if (!raw) return null;
  try {
    const head = checkpoint(text(raw));
    if (head.origin !== t.dir.ledger || !signedBy(head, t.vkey)) return null;
    return { head, confirmed: t.witnesses.filter((w) => cosignedBy(head, w) !== null).map((w) => w.name) };
  } catch (e) {
    if (e instanceof Malformed) return null;
    throw e;
  }
}

const mirror = async (path: string): Promise<Bytes> => {
  const found = await get(`/log/${path}`);
  if (!found) throw new Malformed("missing");
  return found;
};

/** Whether the record holds this act under that state. What the mirror lacks or garbles is a no. */
export async function onRecord(head: Checkpoint, index: number | null, type: string, data: Json): Promise<boolean> {
  if (index === null) return false;
  try {
    return await ledgerHolds(mirror, head, index, type, data);
  } catch (e) {
    if (e instanceof Malformed) return false;
    throw e;
  }
}

/** Whether the record knows this key as the intake's. */
export async function serviceOnRecord(head: Checkpoint, service: Service): Promise<boolean> {
  if (service.entry === null) return false;
  try {
    const act = await provedAct(mirror, head, service.entry);
    const data = act?.type === "key.registered" ? (act.data as { [name: string]: Json }) : {};
    return data["person"] === "svc-intake" && data["kind"] === "ed25519" && data["public"] === b64u(service.key);
  } catch (e) {
    if (e instanceof Malformed) return false;
    throw e;
  }
}

/** Refuses to seal to trustees whom the record does not name, or for an intake whom it does not know. */
export async function assured(t: Trust): Promise<Trust> {
  const state = await stateOfRecord(t);
  const key = t.serviceKey(today());
  const service = t.services.find((s) => s.key === key);
  const sure =
    state !== null &&
    service !== undefined &&
    (await onRecord(state.head, t.entry, "trust.roster_changed", t.data)) &&
    (await serviceOnRecord(state.head, service));
  if (!sure) throw new Plain("The public record does not show these trustees, or not this intake. Do not report here; use another way.");
  return t;
}

/** Lists that the intake signed; what it did not sign counts as missing. */
export const signedLists = (t: Trust, lists: Published[]): Published[] =>
  lists.filter((p) => {
    const key = t.serviceKey(p.list.epoch);
    return key !== null && listHolds(p.list, p.sig, key);
  });
