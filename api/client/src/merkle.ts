/**
 * The RFC 6962 tree: that an entry stands in the record, and that a record only grew (RECORD §5, RFC 9162 §2.1).
 *
 * 1. A proof must be accepted only with exactly the length that its sizes ask for.
 */
import { equal, hash, u8, type Bytes } from "./bytes.ts";

export const leafHash = (entry: Uint8Array): Bytes => hash(u8(0), entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => hash(u8(1), left, right);
export const EMPTY_ROOT = hash();

export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if ([leaf, root, ...proof].some((h) => h.length !== 32)) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(r, root);
}

export function verifyConsistency(
  old: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(old) || !Number.isSafeInteger(size) || old < 0 || old > size) return false;
  if ([oldRoot, root, ...proof].some((h) => h.length !== 32)) return false;
  if (old === 0) return proof.length === 0 && equal(oldRoot, EMPTY_ROOT) && (size > 0 || equal(oldRoot, root));
  if (old === size) return proof.length === 0 && equal(oldRoot, root);
  const path = [...proof];
  if (Number.isInteger(Math.log2(old))) path.unshift(oldRoot);
  if (!path.length) return false;
  let fn = old - 1;
  let sn = size - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let fr = path[0]!;
  let sr = path[0]!;
  for (const c of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equal(fr, oldRoot) && equal(sr, root);
}

const half = (n: number): number => Math.floor(n / 2);

/** Reads the hash of the complete subtree over leaves [index·2^level, (index+1)·2^level). */
export type ReadHash = (level: number, index: number) => Promise<Bytes>;

/** Hash of the leaves [lo, hi) as RFC 6962 splits them. */
async function rangeRoot(lo: number, hi: number, read: ReadHash): Promise<Bytes> {
  const n = hi - lo;
  if (n === 2 ** Math.floor(Math.log2(n))) return read(Math.log2(n), lo / n);
  const k = split(n);
  return nodeHash(await rangeRoot(lo, lo + k, read), await rangeRoot(lo + k, hi, read));
}

/** Audit path of a leaf, its sibling first. */
export async function inclusionProof(index: number, size: number, read: ReadHash): Promise<Bytes[]> {
  const path: Bytes[] = [];
  let [lo, hi] = [0, size];
  while (hi - lo > 1) {
    const middle = lo + split(hi - lo);
    if (index < middle) {
      path.unshift(await rangeRoot(middle, hi, read));
      hi = middle;
    } else {
      path.unshift(await rangeRoot(lo, middle, read));
      lo = middle;
    }
  }
  return path;
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
