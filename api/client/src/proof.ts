/**
 * Proof to an official: "the holder of these words filed this, no later than that day" (INTAKE §6, §10).
 *
 *     {"author":"<43>","bind_salt":"<43>","cek"?:"<43>","challenge":"<43>","epoch":20246,"item":"<hex>","ledger":"…",
 *      "nonce":"<22>","sig":"<86>","to":"…","v":1}
 *
 * 1. It must be made for one official (`to`) and one challenge, so that nobody can pass it on as theirs.
 * 2. `cek` opens the text and every attachment to whoever gets it: only on request.
 */
import { b64u, concat, equal, H, hex, Malformed, unb64u, unhex, utf8, type Bytes } from "./bytes.ts";
import { decode, encode, integer, members, string, type Json, type Members } from "./canonical.ts";
import type { Codename } from "./codename.ts";
import { sign, verify } from "./crypto.ts";
import type { Directory } from "./directory.ts";
import { openBody } from "./envelope.ts";
import type { EpochList, Place } from "./epochs.ts";

const LABEL = utf8("countersign/intake/v1/proof\n");

export interface Asked {
  ledger: string;
  epoch: number;
  challenge: Uint8Array;
  to: string;
  withText: boolean;
}

export function makeProof(who: Codename, place: Place, asked: Asked): Bytes {
  const value: Members = {
    author: b64u(who.author),
    bind_salt: b64u(who.bindSalt(place.nonce)),
    challenge: b64u(asked.challenge),
    epoch: asked.epoch,
    item: place.item,
    ledger: asked.ledger,
    nonce: b64u(place.nonce),
    to: asked.to,
    v: 1,
  };
  const sig = b64u(sign(who.authorSeed, concat(LABEL, encode(value))));
  return encode({ ...value, sig, ...(asked.withText ? { cek: b64u(who.cek(place.nonce)) } : {}) });
}

/** What a checker learns: null when the proof does not hold; with `cek` and the bytes, the text as well. */
export async function checkProof(
  data: Uint8Array,
  asked: { ledger: string; challenge: Uint8Array; to: string },
  lists: EpochList[],
  bytes?: { envelope: Uint8Array; dir: Directory },
): Promise<{ epoch: number; item: string; text: string | null } | null> {
  const names = ["author", "bind_salt", "challenge", "epoch", "item", "ledger", "nonce", "sig", "to", "v"];
  const p = members(decode(data), names, ["cek"]);
  if (p["v"] !== 1) throw new Malformed("a proof of an unknown form");
  const { sig, cek, ...unsigned } = p as Members & { cek?: Json };
  const author = unb64u(p["author"], 32);
  const item = string(p["item"]);
  const nonce = unb64u(p["nonce"], 16);
  unhex(item, 32);
  const bind = H("bind", unb64u(p["bind_salt"], 32), author);
  const epoch = integer(p["epoch"]);
  const place = lists
    .find((l) => l.epoch === epoch)
    ?.items.find((i) => i.item === item && equal(i.nonce, nonce) && equal(i.bind, bind));
  const meant = p["ledger"] === asked.ledger && p["to"] === asked.to;
  const holds =
    place !== undefined &&
    meant &&
    equal(unb64u(p["challenge"], 32), asked.challenge) &&
    verify(author, unb64u(sig, 64), concat(LABEL, encode(unsigned)));
  if (!holds) return null;
  if (cek === undefined || !bytes) return { epoch, item, text: null };
  if (hex(H("item", bytes.envelope)) !== item) return null;
  const opened = await openBody(bytes.dir, bytes.envelope, unb64u(cek, 32));
  if (!opened || !opened.genuine || !opened.body.author || !equal(opened.body.author, author)) return null;
  return { epoch, item, text: opened.body.text };
}
