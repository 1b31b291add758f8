/**
 * Canonical JSON (RECORD §1): one value, one encoding.
 *
 *     {"approve":true,"by":["p-1","p-2"],"note":"§3 – agreed","size":41}
 *
 * 1. Strings must be Unicode without lone surrogates and control characters but LF and TAB; integers within ±(2^53-1).
 * 2. `decode` must accept exactly what `encode` writes: it parses, writes again and compares.
 *
 * Members are sorted here by hand: JavaScript orders keys that look like numbers by value.
 */
import { Malformed, text, utf8, type Bytes } from "./bytes.ts";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Members = { [name: string]: Json };

const MAX_LEVELS = 32;

export const encode = (value: Json): Bytes => utf8(write(value, 1));

export function decode(data: Uint8Array): Json {
  const written = text(data);
  let value: Json;
  try {
    value = JSON.parse(written) as Json;
  } catch {
    throw new Malformed("not JSON");
  }
  if (write(value, 1) !== written) throw new Malformed("not in canonical form");
  return value;
}

function write(value: Json, level: number): string {
  if (typeof value === "string") return writeText(value);
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Malformed("not an integer within ±(2^53-1)");
    return String(value);
  }
  if (level > MAX_LEVELS) throw new Malformed("nested too deeply");
  if (Array.isArray(value)) return `[${value.map((item) => write(item, level + 1)).join(",")}]`;
  const names = Object.keys(value);
  if (names.some((name) => !/^[\x20-\x7e]*$/.test(name))) throw new Malformed("a member's name is not ASCII");
  names.sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${writeText(name)}:${write(value[name]!, level + 1)}`).join(",")}}`;
}

function writeText(value: string): string {
  if (/[\x00-\x08\x0b-\x1f]/.test(value)) throw new Malformed("control character in text");
  if (/\p{Surrogate}/u.test(value)) throw new Malformed("lone surrogate in text");
  return JSON.stringify(value);
}

/** An object with exactly these members, the optional ones aside. */
export function members(value: Json | undefined, required: string[], optional: string[] = []): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed("not an object");
  const names = Object.keys(value);
  for (const name of required) if (!names.includes(name)) throw new Malformed(`member ${name} is missing`);
  for (const name of names) {
    if (!required.includes(name) && !optional.includes(name)) throw new Malformed("unknown member");
  }
  return value;
}

export function integer(value: Json | undefined, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new Malformed("not an integer in its range");
  }
  return value;
}

export function string(value: Json | undefined, empty = false): string {
  if (typeof value !== "string" || !(value || empty)) throw new Malformed("not a text");
  return value;
}

export function array(value: Json | undefined, most = Number.MAX_SAFE_INTEGER): Json[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed("not a list of its length");
  return value;
}

/** Hashes in hex, in rising order, each once. */
export function sortedHashes(value: Json | undefined, most = 32): string[] {
  const all = array(value, most).map((item) => {
    if (typeof item !== "string" || !/^[0-9a-f]{64}$/.test(item)) throw new Malformed("not a hash");
    return item;
  });
  if (all.some((item, i) => i > 0 && all[i - 1]! >= item)) throw new Malformed("hashes out of order or doubled");
  return all;
}
