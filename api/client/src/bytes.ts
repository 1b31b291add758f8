/**
 * Bytes and how they are written: hex for hashes, base64url without padding for the rest, H(label, x).
 *
 * 1. A decoder must accept only what its encoder writes: no upper-case hex, no padding, no stray trailing bits.
 */
import { sha256 } from "@noble/hashes/sha2.js";

export type Bytes = Uint8Array<ArrayBuffer>;

/** What was handed in is not what it should be. Its message is a plain sentence without any of the input. */
export class Malformed extends Error {}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

export function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("not UTF-8");
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

/** A copy of its own: `crypto.subtle` and `@hpke/core` take the whole buffer under a view. */
export const copy = (bytes: Uint8Array): Bytes => Uint8Array.from(bytes);

export const slice = (bytes: Uint8Array, from: number, to?: number): Bytes => copy(bytes.subarray(from, to));

export const u8 = (n: number): Bytes => Uint8Array.of(n);
export const u16 = (n: number): Bytes => Uint8Array.of(n >>> 8, n & 255);
export const u32 = (n: number): Bytes => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
export const readU16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!;
export const readU32 = (b: Uint8Array, at: number): number => readU16(b, at) * 65536 + readU16(b, at + 2);

/** Compares whole, so that the time taken does not tell where two values differ. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let differs = 0;
  for (let i = 0; i < a.length; i++) differs |= a[i]! ^ b[i]!;
  return differs === 0;
}

export const isZero = (bytes: Uint8Array): boolean => bytes.every((b) => b === 0);

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export function unhex(written: unknown, size: number): Bytes {
  if (typeof written !== "string" || written.length !== 2 * size || !/^[0-9a-f]*$/.test(written)) {
    throw new Malformed(`not ${2 * size} lower-case hex digits`);
  }
  return Uint8Array.from({ length: size }, (_, i) => parseInt(written.slice(2 * i, 2 * i + 2), 16));
}

export function b64u(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const four = [18, 12, 6, 0].map((s) => ALPHABET[(n >>> s) & 63]).join("");
    out += four.slice(0, Math.min(4, bytes.length - i + 1));
  }
  return out;
}

/** `size` bytes out of base64url; without a size, as many as there are. */
export function unb64u(written: unknown, size?: number): Bytes {
  const fits = typeof written === "string" && written.length % 4 !== 1 && /^[A-Za-z0-9_-]*$/.test(written);
  if (!fits) throw new Malformed("not base64url without padding");
  const out = new Uint8Array(Math.floor((written.length * 3) / 4));
  for (let i = 0, at = 0; i < written.length; i += 4) {
    const four = [0, 1, 2, 3].map((j) => (i + j < written.length ? ALPHABET.indexOf(written[i + j]!) : 0));
    const n = (four[0]! << 18) | (four[1]! << 12) | (four[2]! << 6) | four[3]!;
    for (const s of [16, 8, 0]) if (at < out.length) out[at++] = (n >>> s) & 255;
  }
  if (size !== undefined && out.length !== size) throw new Malformed(`not ${size} bytes`);
  if (b64u(out) !== written) throw new Malformed("stray bits at the end of base64url");
  return out;
}

/** The padded base64 of signed notes. */
export const b64 = (bytes: Uint8Array): string => {
  const plain = b64u(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return plain + "=".repeat((4 - (plain.length % 4)) % 4);
};

export function unb64(written: string): Bytes {
  const m = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(written);
  if (!m || written.length % 4 !== 0) throw new Malformed("not base64");
  const out = unb64u(m[1]!.replaceAll("+", "-").replaceAll("/", "_"));
  if (b64(out) !== written) throw new Malformed("not base64");
  return out;
}

export const hash = (...parts: Uint8Array[]): Bytes => copy(sha256(concat(...parts)));

/** H(label, x) = SHA-256("countersign/intake/v1/" ‖ label ‖ 0x00 ‖ x). */
export const H = (label: string, ...parts: Uint8Array[]): Bytes =>
  hash(utf8(`countersign/intake/v1/${label}`), u8(0), ...parts);
