/**
 * The primitives, and nothing else that is secret-handling: HPKE, AES-256-GCM, Ed25519, HKDF, HMAC, Shamir.
 *
 * HPKE is base mode, MLKEM768-X25519 (0x647A) + HKDF-SHA256 + AES-256-GCM, single shot; on the wire enc(1120) ‖ ct.
 *
 * 1. Whatever does not open must fail in one and the same way (INTAKE §9).
 * 2. Ed25519 must hold by RFC 8032 (no cofactor); keys of small order are refused.
 */
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { ed25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { combine, split } from "shamir-secret-sharing";
import { concat, copy, slice, type Bytes } from "./bytes.ts";

export const ENC_BYTES = 1120;
export const TAG_BYTES = 16;
/** What a seal adds to its plaintext. */
export const SEAL_BYTES = ENC_BYTES + TAG_BYTES;
export const HPKE_KEY_BYTES = 1216;

/** The one opaque failure. */
export class CannotOpen extends Error {
  constructor() {
    super("cannot be opened");
  }
}

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

export async function seal(publicKey: Uint8Array, info: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(copy(publicKey).buffer);
  const sealed = await suite.seal({ recipientPublicKey, info: copy(info).buffer }, copy(plaintext).buffer);
  return concat(new Uint8Array(sealed.enc), new Uint8Array(sealed.ct));
}

const P = 2n ** 255n - 19n;
/** u-coordinates of the X25519 points that agree on nothing (RFC 7748 §6.1, SafeCurves). */
const SMALL = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
];

/** True when `key` can be sealed to: ML-KEM coefficients below q (FIPS 203 §7.2), an X25519 point of full order. */
export function isHpkeKey(key: Uint8Array): boolean {
  if (key.length !== HPKE_KEY_BYTES) return false;
  for (let i = 0; i < 1152; i += 3) {
    const [a, b, c] = [key[i]!, key[i + 1]!, key[i + 2]!];
    if ((a | ((b & 15) << 8)) >= 3329 || ((b >> 4) | (c << 4)) >= 3329) return false;
  }
  const u = key.subarray(1184).reduceRight((n, byte, i) => n * 256n + BigInt(i === 31 ? byte & 127 : byte), 0n);
  return !SMALL.includes(u % P);
}

/** Opens with the raw 32-byte seed, as the directory's private keys are (never `deriveKeyPair`, which hashes first). */
export async function open(seed: Uint8Array, info: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
  try {
    const recipientKey = await suite.kem.importKey("raw", copy(seed).buffer, false);
    const enc = slice(sealed, 0, ENC_BYTES).buffer;
    const opened = await suite.open({ recipientKey, enc, info: copy(info).buffer }, slice(sealed, ENC_BYTES).buffer);
    return new Uint8Array(opened);
  } catch {
    throw new CannotOpen();
  }
}

/** The HPKE public key of a raw seed. */
export async function hpkePublic(seed: Uint8Array): Promise<Bytes> {
  const kem = suite.kem as unknown as XWing;
  const pair = await kem.generateKeyPairDerand(copy(seed));
  return new Uint8Array(await kem.serializePublicKey(pair.publicKey));
}

const IV = new Uint8Array(12);

/** AES-256-GCM under a key that is used once, hence the zero nonce. */
export async function encrypt(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Promise<Bytes> {
  const k = await crypto.subtle.importKey("raw", copy(key), "AES-GCM", false, ["encrypt"]);
  const options = { name: "AES-GCM", iv: IV, additionalData: copy(aad) };
  return new Uint8Array(await crypto.subtle.encrypt(options, k, copy(plaintext)));
}

export async function decrypt(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Promise<Bytes> {
  try {
    const k = await crypto.subtle.importKey("raw", copy(key), "AES-GCM", false, ["decrypt"]);
    const options = { name: "AES-GCM", iv: IV, additionalData: copy(aad) };
    return new Uint8Array(await crypto.subtle.decrypt(options, k, copy(sealed)));
  } catch {
    throw new CannotOpen();
  }
}

export const prk = (salt: Uint8Array, ikm: Uint8Array): Bytes => copy(extract(sha256, ikm, salt));
export const hkdf = (key: Uint8Array, info: Uint8Array): Bytes => copy(expand(sha256, key, info, 32));
export const mac = (key: Uint8Array, message: Uint8Array): Bytes => copy(hmac(sha256, key, message));

export const signPublic = (seed: Uint8Array): Bytes => copy(ed25519.getPublicKey(seed));
export const sign = (seed: Uint8Array, message: Uint8Array): Bytes => copy(ed25519.sign(message, seed));

/** True when `key` is a point of the curve, written as RFC 8032 asks, and not of small order. */
export function isSoundKey(key: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(key, false).isSmallOrder();
  } catch {
    return false;
  }
}

export function verify(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  try {
    return signature.length === 64 && isSoundKey(key) && ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * Shares `y ‖ x` of a key over GF(2^8), polynomial 0x11B, for the given x. The library draws x at random, so all 255
 * are asked for and those of the eligible seats are kept.
 */
export async function sharesOf(secret: Uint8Array, k: number, xs: number[]): Promise<Map<number, Bytes>> {
  const wanted = new Set(xs);
  const kept = new Map<number, Bytes>();
  for (const share of await split(copy(secret), 255, k)) {
    const x = share[share.length - 1]!;
    if (wanted.has(x)) kept.set(x, slice(share, 0, -1));
  }
  return kept;
}

/** The secret out of exactly k shares (x, y). */
export async function combineShares(shares: Map<number, Uint8Array>): Promise<Bytes> {
  return copy(await combine([...shares].map(([x, y]) => concat(y, Uint8Array.of(x)))));
}
