/**
 * The client's formats for another language to ask: one JSON request a line, one answer a line (tests/client/bridge.py).
 *
 *     {"op":"codename","typed":"abandon …","nonce":"<base64url>"}   ->   {"ok":{"author":"…",…}} or {"error":"Malformed"}
 *
 * Bytes travel as base64url.
 */
import { createInterface } from "node:readline";
import { replies, readReply } from "../src/board.ts";
import * as b from "../src/bytes.ts";
import { decode, encode, type Json } from "../src/canonical.ts";
import { openFile, sealFile } from "../src/chunks.ts";
import { codename, newWords } from "../src/codename.ts";
import * as c from "../src/crypto.ts";
import { directory, type Directory } from "../src/directory.ts";
import * as env from "../src/envelope.ts";
import { epochList, listHolds, marked, windowOf } from "../src/epochs.ts";
import { ledgerHolds, provedEntry } from "../src/log.ts";
import { verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import * as notes from "../src/note.ts";
import { checkProof, makeProof } from "../src/proof.ts";
import * as receipts from "../src/receipt.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Ask = any;
const un = (written: string) => b.unb64u(written);
const bytes = (all: string[]) => all.map(un);
const dirOf = (written: string): Directory => directory(decode(b.utf8(written)));
const byDigest = (all: string[]) => new Map(all.map(dirOf).map((d) => [b.hex(d.digest), d]));
const listOf = (written: string) => epochList(decode(b.utf8(written)));

const OPS: { [op: string]: (ask: Ask) => unknown } = {
  canonical: ({ data }) => b.b64u(encode(decode(un(data)))),
  hash: ({ label, data }) => b.hex(b.H(label, un(data))),
  words: () => newWords(),
  codename: async ({ typed, nonce }) => {
    const who = await codename(typed);
    const n = un(nonce);
    return {
      author: b.b64u(who.author),
      author_seed: b.hex(who.authorSeed),
      reply_seed: b.hex(who.replySeed),
      reply_key: b.b64u(who.replyKey),
      tag_key: b.hex(who.tagKey),
      bind_salt: b.hex(who.bindSalt(n)),
      bind: b.hex(who.bind(n)),
      cek: b.hex(who.cek(n)),
    };
  },
  seal: async ({ key, info, plain }) => b.b64u(await c.seal(un(key), un(info), un(plain))),
  open: async ({ seed, info, sealed }) => b.b64u(await c.open(un(seed), un(info), un(sealed))),
  hpke_public: async ({ seed }) => b.b64u(await c.hpkePublic(un(seed))),
  verify: ({ key, sig, message }) => c.verify(un(key), un(sig), un(message)),
  directory: ({ data }) => {
    const d = dirOf(data);
    return { digest: b.hex(d.digest), fingerprints: d.seats.map((s) => s.fingerprint) };
  },
  split: async ({ secret, k, xs }) =>
    Object.fromEntries([...(await c.sharesOf(un(secret), k, xs))].map(([x, y]) => [x, b.hex(y)])),
  combine: async ({ shares }) =>
    b.hex(await c.combineShares(new Map(Object.entries(shares).map(([x, y]) => [Number(x), b.unhex(y, 32)])))),
  envelope_seal: async ({ data, letter, typed }) => {
    const who = typed ? { codename: await codename(typed) } : {};
    return b.b64u(await env.sealEnvelope(dirOf(data), { ...letter, ...who }));
  },
  envelope_open: async ({ data, envelope, seeds }) => {
    const dir = dirOf(data);
    const e = un(envelope);
    const shares = await Promise.all(bytes(seeds).map((seed, s) => env.openCompartment(dir, e, s, seed)));
    const found = shares.filter((s) => s !== null);
    const opened = found.length ? await env.openWithShares(dir, e, found.slice(-found[0]!.k)) : null;
    return {
      item: b.hex(env.itemId(e)),
      shares: shares.map((s) => s && { ...s, y: b.hex(s.y) }),
      text: opened?.body.text ?? null,
      kind: opened?.body.kind ?? null,
      genuine: opened?.genuine ?? null,
    };
  },
  body: async ({ data, envelope, cek }) => (await env.openBody(dirOf(data), un(envelope), b.unhex(cek, 32)))?.body.text ?? null,
  attach: async ({ content }) => {
    const { attachment, sealed } = await sealFile("a", "text/plain", un(content));
    const chunks = attachment.chunks.map((k) => ({ id: k.id, key: b.b64u(k.key) }));
    return { chunks, size: attachment.size, sealed: sealed.map(b.b64u), digest: receipts.chunksDigest(chunks.map((k) => k.id)) };
  },
  file: async ({ chunks, size, sealed }) => {
    const read = chunks.map((k: { id: string; key: string }) => ({ id: k.id, key: un(k.key) }));
    return b.b64u(await openFile({ name: "a", mediaType: "text/plain", size, chunks: read }, bytes(sealed)));
  },
  receipt: ({ receipt, lines, key }) => {
    const r = lines === undefined ? receipts.readReceipt(b.utf8(receipt)) : receipts.parseLines(lines);
    return { lines: receipts.receiptLines(r), holds: receipts.receiptHolds(r, un(key)), item: r.item, chunks: r.chunks };
  },
  decide: async ({ receipt, key, today, lists, bytes_here }) => {
    const r = receipts.readReceipt(b.utf8(receipt));
    const place = (item: string) => ({ nonce: b.u8(0), bind: b.u8(0), item });
    const read = Object.entries(lists as { [e: string]: { listed: boolean } }).map(([e, x]) => ({
      epoch: Number(e),
      items: [place(x.listed ? r.item : "0".repeat(64))],
    }));
    // An envelope of another kind would not hash to L, so the answer is given by hand here.
    const said = await receipts.standing(r, un(key), read as unknown as Parameters<typeof receipts.standing>[2], today, async () => null);
    return said.word === "undelivered" && bytes_here ? "listed" : said.word === "not valid" ? "receipt not valid" : said.word;
  },
  list: async ({ data, sig, key, typed }) => {
    const list = listOf(data);
    const mine = typed ? marked(await codename(typed), list).map((p) => p.item) : [];
    return { epoch: list.epoch, window: windowOf(list.epoch), places: list.items.length, mine, holds: sig ? listHolds(list, un(sig), un(key)) : null };
  },
  board: async ({ board, epoch, typed, directories, excluded }) =>
    replies(await codename(typed), epoch, un(board), byDigest(directories), excluded),
  reply: ({ content, reply_key, directories, excluded }) =>
    readReply(b.utf8(content), { replyKey: un(reply_key) }, byDigest(directories), excluded ?? []),
  prove: async ({ typed, list, to, challenge, ledger, with_text }) => {
    const who = await codename(typed);
    const l = listOf(list);
    const asked = { ledger, epoch: l.epoch, challenge: un(challenge), to, withText: with_text };
    return b.text(makeProof(who, marked(who, l)[0]!, asked));
  },
  proof: ({ proof, to, challenge, ledger, list, envelope, data }) =>
    checkProof(b.utf8(proof), { ledger, to, challenge: un(challenge) }, [listOf(list)], {
      envelope: un(envelope),
      dir: dirOf(data),
    }),
  inclusion: ({ index, size, leaf, proof, root }) => verifyInclusion(index, size, un(leaf), bytes(proof), un(root)),
  consistency: ({ old, size, old_root, root, proof }) => verifyConsistency(old, size, un(old_root), un(root), bytes(proof)),
  checkpoint: ({ note, vkey, witness }) => {
    const head = notes.checkpoint(note);
    const seen = witness ? notes.cosignedBy(head, notes.vkey(witness)) : null;
    return { size: head.size, signed: notes.signedBy(head, notes.vkey(vkey)), seen };
  },
  entry: async ({ files, note, index }) => {
    const found = await provedEntry(async (path) => un(files[path] ?? missing(path)), notes.checkpoint(note), index);
    return found && b.b64u(found);
  },
  recorded: ({ files, note, index, type, data }) =>
    ledgerHolds(async (path) => un(files[path] ?? missing(path)), notes.checkpoint(note), index, type, decode(b.utf8(data)) as Json),
};

function missing(path: string): never {
  throw new b.Malformed(`no ${path}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line) as Ask;
  let answer: unknown;
  try {
    answer = { ok: await OPS[ask.op]!(ask) };
  } catch (e) {
    answer = { error: e instanceof c.CannotOpen ? "CannotOpen" : e instanceof b.Malformed ? "Malformed" : String(e) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
