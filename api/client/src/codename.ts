/**
 * The codename: twelve words that are the whole identity of a reporter, and what is derived from them (INTAKE §1).
 *
 * 1. The words must be shown once and never stored or sent.
 * 2. A wrong checksum must be called mistyped, never tried.
 */
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, H, Malformed, u8, utf8, type Bytes } from "./bytes.ts";
import { hkdf, hpkePublic, prk, random, signPublic } from "./crypto.ts";

const SALT = utf8("countersign/intake/v1");
const EMPTY = new Uint8Array(0);

/** Twelve new words. */
export const newWords = (entropy: Uint8Array = random(16)): string => entropyToMnemonic(entropy, wordlist);

export const tidy = (typed: string): string => typed.trim().toLowerCase().split(/\s+/).join(" ");

export const isWord = (word: string): boolean => wordlist.includes(word);

/** The keys behind a codename. */
export interface Codename {
  replySeed: Bytes;
  replyKey: Bytes;
  authorSeed: Bytes;
  author: Bytes;
  tagKey: Bytes;
  bindSalt(nonce: Uint8Array): Bytes;
  cek(nonce: Uint8Array): Bytes;
  bind(nonce: Uint8Array): Bytes;
}

/** Reads twelve words as they were typed; Malformed when they cannot be right. */
export async function codename(typed: string): Promise<Codename> {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(tidy(typed), wordlist);
  } catch {
    throw new Malformed("mistyped");
  }
  if (entropy.length !== 16) throw new Malformed("mistyped");
  const key = prk(SALT, entropy);
  const derive = (label: string, context: Uint8Array = EMPTY): Bytes =>
    hkdf(key, concat(utf8(`countersign/intake/v1/${label}`), u8(0), context));
  const replySeed = derive("reply-kem");
  const authorSeed = derive("author");
  const author = signPublic(authorSeed);
  const bindSalt = (nonce: Uint8Array): Bytes => derive("bind-salt", nonce);
  return {
    replySeed,
    replyKey: await hpkePublic(replySeed),
    authorSeed,
    author,
    tagKey: derive("tag"),
    bindSalt,
    cek: (nonce) => derive("cek", nonce),
    bind: (nonce) => H("bind", bindSalt(nonce), author),
  };
}
