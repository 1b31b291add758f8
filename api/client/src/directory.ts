/**
 * The directory: who can open reports, and how many of them it takes (INTAKE §10).
 *
 *     {"from_epoch":20245,"ledger":"example.org/log","panels":[{"id":"ltbt","k":3,"name":"Long-Term Benefit Trust",
 *      "seats":[0,1,2,3,4]}],"seats":[{"device":"<43>","hpke":"<1622>","person":"p-1","seat":0,"sign":"<43>"},…],"v":1}
 *
 * 1. Seats must be numbered in order, at most 12; no key and no person stands twice.
 * 2. A panel must ask for at least two of its seats, and have as many as it asks for.
 */
import { H, hash, hex, Malformed, unb64u, type Bytes } from "./bytes.ts";
import { array, encode, integer, members, string, type Json, type Members } from "./canonical.ts";
import { HPKE_KEY_BYTES, isHpkeKey, isSoundKey } from "./crypto.ts";

export interface Seat {
  person: string;
  hpke: Bytes;
  sign: Bytes;
  device: Bytes;
  /** For reading aloud: `9c1f 03aa 71e0 5b2d e2b7`. */
  fingerprint: string;
}

export interface Panel {
  id: string;
  name: string;
  k: number;
  seats: number[];
}

export interface Directory {
  ledger: string;
  fromEpoch: number;
  panels: Panel[];
  seats: Seat[];
  digest: Bytes;
}

const MAX_SEATS = 12;

export function directory(data: Json): Directory {
  const d = members(data, ["from_epoch", "ledger", "panels", "seats", "v"]);
  if (d["v"] !== 1) throw new Malformed("a directory of an unknown form");
  const seats = array(d["seats"], MAX_SEATS).map(seat);
  const keys = (d["seats"] as Members[]).flatMap((s) => [s["device"], s["hpke"], s["sign"]]);
  const persons = new Set(seats.map((s) => s.person));
  if (!seats.length || new Set(keys).size < keys.length || persons.size < seats.length) {
    throw new Malformed("no seat, or a key or person that stands twice");
  }
  const panels = array(d["panels"]).map((p) => panel(p, seats.length));
  if (!panels.length || new Set(panels.map((p) => p.id)).size < panels.length) {
    throw new Malformed("no panel, or two of one name");
  }
  const fromEpoch = integer(d["from_epoch"]);
  return { ledger: string(d["ledger"]), fromEpoch, panels, seats, digest: hash(encode(d)) };
}

function seat(value: Json, at: number): Seat {
  const s = members(value, ["device", "hpke", "person", "seat", "sign"]);
  if (s["seat"] !== at) throw new Malformed("seats are not numbered in order");
  const person = string(s["person"]);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(person)) throw new Malformed("not a person's id");
  const sign = unb64u(s["sign"], 32);
  const device = unb64u(s["device"], 32);
  if (!isSoundKey(sign) || !isSoundKey(device)) throw new Malformed("an unsound key");
  const hpke = unb64u(s["hpke"], HPKE_KEY_BYTES);
  if (!isHpkeKey(hpke)) throw new Malformed("an unsound key");
  const fingerprint = hex(H("fingerprint", encode(s))).slice(0, 20).replace(/(.{4})(?=.)/g, "$1 ");
  return { person, hpke, sign, device, fingerprint };
}

function panel(value: Json, count: number): Panel {
  const p = members(value, ["id", "k", "name", "seats"]);
  const k = integer(p["k"], 2);
  const seats = array(p["seats"]).map((s) => integer(s, 0, count - 1));
  const distinct = new Set(seats).size;
  if (distinct < seats.length || distinct < k) throw new Malformed("a panel with too few seats");
  return { id: string(p["id"]), name: string(p["name"]), k, seats };
}
