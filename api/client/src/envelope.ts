/**
 * Envelope v1: one length for a directory, whatever is in it (INTAKE §2, §10).
 *
 *     0 version · 1 S · 2 directory digest · 34 nonce · 50 bind · 82 key commitment · 114 share commitments (32·S)
 *     then S compartments of 1,392 bytes, then the body's 16,400
 *
 * 1. A seat without a share must get 256 zero bytes sealed to its real key, whether excluded, of another panel, or in a
 *    cover: one and the same case.
 * 2. Each CEK is used for one body; a nonce must never be used twice.
 * 3. An opener must refuse a compartment unless everything in it agrees with the directory and the envelope.
 */
import { concat, equal, H, isZero, Malformed, readU16, slice, u16, u8, type Bytes } from "./bytes.ts";
import { BODY_BYTES, pad, readBody, unpad, writeBody, type Body } from "./body.ts";
import type { Attachment } from "./chunks.ts";
import type { Codename } from "./codename.ts";
import { CannotOpen, combineShares, decrypt, encrypt, open, random, seal, SEAL_BYTES, sharesOf, TAG_BYTES } from "./crypto.ts";
import type { Directory, Panel } from "./directory.ts";

const COMPARTMENT = 256;
const SEALED_COMPARTMENT = COMPARTMENT + SEAL_BYTES;
const SHARES_AT = 114;

export const prefixBytes = (seats: number): number => SHARES_AT + 32 * seats;
export const envelopeBytes = (seats: number): number =>
  prefixBytes(seats) + SEALED_COMPARTMENT * seats + BODY_BYTES + TAG_BYTES;
export const itemId = (envelope: Uint8Array): Bytes => H("item", envelope);

/** True when a place of a list bears this codename's mark. */
export const isMine = (who: Codename, nonce: Uint8Array, bind: Uint8Array): boolean => equal(who.bind(nonce), bind);

/** What a reporter decided. Without `codename` it is a filing without proof. */
export interface Letter {
  text: string;
  panel: string;
  excluded: number[];
  attachments: Attachment[];
  codename?: Codename;
  followUp?: boolean;
}

export interface Share {
  panel: number;
  k: number;
  x: number;
  y: Bytes;
  eligible: number[];
}

/** Seats of the panel that are not excluded. */
export const eligibleSeats = (panel: Panel, excluded: number[]): number[] =>
  panel.seats.filter((s) => !excluded.includes(s)).sort((a, b) => a - b);

export async function sealEnvelope(dir: Directory, letter: Letter, nonce: Bytes = random(16)): Promise<Bytes> {
  const number = dir.panels.findIndex((p) => p.id === letter.panel);
  const panel = dir.panels[number];
  if (!panel) throw new Malformed("no such panel");
  const eligible = eligibleSeats(panel, letter.excluded);
  if (eligible.length < panel.k) throw new Malformed("too few of this panel are left to open it");
  const who = letter.codename;
  const cek = who ? who.cek(nonce) : random(32);
  const shares = await sharesOf(cek, panel.k, eligible.map((s) => s + 1));
  const commitments = dir.seats.map((_, s) => {
    const y = shares.get(s + 1);
    return y ? shareCommitment(nonce, s, s + 1, y) : random(32);
  });
  const bind = who ? who.bind(nonce) : random(32);
  const prefix = concat(u8(1), u8(dir.seats.length), dir.digest, nonce, bind, H("cek", cek), ...commitments);
  const body: Body = {
    kind: letter.followUp ? "follow_up" : "report",
    text: letter.text,
    panel: panel.id,
    excluded: letter.excluded,
    attachments: letter.attachments,
  };
  if (who) {
    body.author = who.author;
    if (!letter.followUp) Object.assign(body, { replyKey: who.replyKey, tagKey: who.tagKey });
  }
  const content = pad(writeBody(body, prefix, who?.authorSeed), BODY_BYTES);
  const mask = eligible.reduce((bits, s) => bits | (1 << s), 0);
  const compartments: Bytes[] = [];
  for (const [s, { hpke }] of dir.seats.entries()) {
    const y = shares.get(s + 1);
    const head = y ? concat(u8(1), u8(number), u8(panel.k), u8(s + 1), y, u16(mask)) : new Uint8Array(0);
    const plain = concat(head, new Uint8Array(COMPARTMENT - head.length));
    compartments.push(await seal(hpke, H("compartment", prefix, u8(s)), plain));
  }
  const aad = concat(prefix, ...compartments);
  return concat(aad, await encrypt(cek, content, aad));
}

const shareCommitment = (nonce: Uint8Array, seat: number, x: number, y: Uint8Array): Bytes =>
  H("share", nonce, u8(seat), u8(x), y);

/** The public parts of an envelope that was sealed to this directory. */
export function readEnvelope(dir: Directory, envelope: Uint8Array) {
  const seats = dir.seats.length;
  const sound =
    envelope.length === envelopeBytes(seats) &&
    envelope[0] === 1 &&
    envelope[1] === seats &&
    equal(envelope.subarray(2, 34), dir.digest);
  if (!sound) throw new Malformed("no envelope of this directory");
  const bodyAt = envelope.length - BODY_BYTES - TAG_BYTES;
  return {
    nonce: slice(envelope, 34, 50),
    bind: slice(envelope, 50, 82),
    keyCommitment: slice(envelope, 82, 114),
    prefix: slice(envelope, 0, prefixBytes(seats)),
    compartment: (s: number) =>
      slice(envelope, prefixBytes(seats) + s * SEALED_COMPARTMENT, prefixBytes(seats) + (s + 1) * SEALED_COMPARTMENT),
    aad: slice(envelope, 0, bodyAt),
    body: slice(envelope, bodyAt),
  };
}

/** A seat's share; null where it has none. */
export async function openCompartment(
  dir: Directory,
  envelope: Uint8Array,
  seat: number,
  seed: Uint8Array,
): Promise<Share | null> {
  const e = readEnvelope(dir, envelope);
  const plain = await open(seed, H("compartment", e.prefix, u8(seat)), e.compartment(seat));
  if (isZero(plain)) return null;
  const [kind, number, k, x] = plain;
  const y = slice(plain, 4, 36);
  const mask = readU16(plain, 36);
  const panel = dir.panels[number!];
  const eligible = dir.seats.map((_, s) => s).filter((s) => mask & (1 << s));
  const sound =
    kind === 1 &&
    panel !== undefined &&
    k === panel.k &&
    x === seat + 1 &&
    mask >>> dir.seats.length === 0 &&
    eligible.every((s) => panel.seats.includes(s)) &&
    eligible.includes(seat) &&
    eligible.length >= panel.k &&
    isZero(plain.subarray(38)) &&
    equal(shareCommitment(e.nonce, seat, x, y), envelope.subarray(SHARES_AT + 32 * seat, SHARES_AT + 32 * (seat + 1)));
  if (!sound) throw new CannotOpen();
  return { panel: number!, k: k!, x: x!, y, eligible };
}

/** The letter out of exactly k shares, each checked. */
export async function openWithShares(dir: Directory, envelope: Uint8Array, shares: Share[]) {
  const k = shares[0]?.k ?? 0;
  if (shares.length !== k || new Set(shares.map((s) => s.x)).size !== k) throw new CannotOpen();
  return openBody(dir, envelope, await combineShares(new Map(shares.map((s) => [s.x, s.y]))));
}

/** The letter under its key; null where there is none (a cover). */
export async function openBody(dir: Directory, envelope: Uint8Array, cek: Uint8Array) {
  const e = readEnvelope(dir, envelope);
  if (!equal(H("cek", cek), e.keyCommitment)) throw new CannotOpen();
  const plain = await decrypt(cek, e.body, e.aad);
  try {
    const content = unpad(plain);
    return content && readBody(content, e.prefix);
  } catch {
    throw new CannotOpen();
  }
}
