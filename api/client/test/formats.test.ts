/** Every format, written and read by this client alone. Other languages: tests/client/test_cross.py. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BODY_BYTES, pad, readBody, unpad } from "../src/body.ts";
import { replies, SLOT_BYTES } from "../src/board.ts";
import * as b from "../src/bytes.ts";
import { decode, encode, type Json } from "../src/canonical.ts";
import { CHUNK_BYTES, openFile, sealFile } from "../src/chunks.ts";
import { codename, newWords, tidy } from "../src/codename.ts";
import * as c from "../src/crypto.ts";
import * as env from "../src/envelope.ts";
import { epochList, listHolds, marked, readWindow, windowOf } from "../src/epochs.ts";
import { checkProof, makeProof } from "../src/proof.ts";
import { chunksDigest, parseLines, readReceipt, receiptLines, standing } from "../src/receipt.ts";
import { directory } from "../src/directory.ts";
import { fiveSeats, listOf, receiptFor, replySlot } from "./given.ts";

const WORDS = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const letter = { text: "What I saw.", panel: "ltbt", excluded: [], attachments: [] };
const malformed = { name: "Error" };

test("canonical: sorted by code, also where names look like numbers", () => {
  assert.equal(b.text(encode({ b: 1, "10": 2, "9": 3, a: ["x\n", null, true] })), '{"10":2,"9":3,"a":["x\\n",null,true],"b":1}');
});

for (const bad of ['{"b":1,"a":2}', '{"a":1,"a":1}', " 1", "1.0", "1e2", "-0", '"\\u0041"', '"\\u0000"', "9007199254740993", "[1] ", "{", '{"ä":1}']) {
  test(`canonical: refuses ${JSON.stringify(bad)}`, () => assert.throws(() => decode(b.utf8(bad)), b.Malformed));
}

test("canonical: a lone surrogate is refused, a pair is not", () => {
  assert.throws(() => encode("\ud800"), b.Malformed);
  assert.doesNotThrow(() => encode("\ud83d\ude00"));
});

test("canonical: 32 levels and not one more", () => {
  assert.doesNotThrow(() => decode(b.utf8("[".repeat(32) + "]".repeat(32))));
  assert.throws(() => decode(b.utf8("[".repeat(33) + "]".repeat(33))), b.Malformed);
});

test("base64url and hex: stray bits, padding, capitals and wrong lengths are refused", () => {
  for (let n = 0; n < 40; n++) assert.deepEqual(b.unb64u(b.b64u(new Uint8Array(n).fill(n * 7))), new Uint8Array(n).fill(n * 7));
  for (const bad of ["AB", "AAA=", "A", "A+A", "AAB"]) assert.throws(() => b.unb64u(bad), b.Malformed);
  assert.throws(() => b.unb64u("AAAA", 2), b.Malformed);
  for (const bad of ["AA", "0", "0g", "000"]) assert.throws(() => b.unhex(bad, 1), b.Malformed);
});

test("codename: twelve words, tidied, checked", async () => {
  assert.equal(newWords().split(" ").length, 12);
  assert.equal(tidy("  Abandon\tABANDON \n about"), "abandon abandon about");
  const who = await codename(`  ${WORDS.toUpperCase()}\n`);
  assert.deepEqual(who.author, (await codename(WORDS)).author);
  await assert.rejects(codename(WORDS.replace("about", "abandon")), b.Malformed);
  await assert.rejects(codename("abandon"), b.Malformed);
  const words24 = "abandon ".repeat(23) + "art";
  await assert.rejects(codename(words24), b.Malformed);
});

test("hpke: opens what was sealed under the same info, and nothing else", async () => {
  const seed = c.random(32);
  const sealed = await c.seal(await c.hpkePublic(seed), b.utf8("info"), new Uint8Array(256));
  assert.equal(sealed.length, 1392);
  assert.deepEqual(await c.open(seed, b.utf8("info"), sealed), new Uint8Array(256));
  await assert.rejects(c.open(seed, b.utf8("other"), sealed), c.CannotOpen);
  await assert.rejects(c.open(c.random(32), b.utf8("info"), sealed), c.CannotOpen);
  await assert.rejects(c.open(seed, b.utf8("info"), sealed.slice(0, 100)), c.CannotOpen);
});

test("ed25519: keys of small order, and points beyond the field, are refused", () => {
  const one = new Uint8Array(32);
  one[0] = 1;
  assert.equal(c.isSoundKey(one), false);
  assert.equal(c.isSoundKey(new Uint8Array(32)), false);
  assert.equal(c.isSoundKey(new Uint8Array(32).fill(255)), false);
  assert.equal(c.verify(one, new Uint8Array(64), b.utf8("x")), false);
  assert.equal(c.isSoundKey(c.signPublic(c.random(32))), true);
});

test("envelope: any three of the five open it, two do not", async () => {
  const { dir, seeds } = await fiveSeats();
  const who = await codename(newWords());
  const envelope = await env.sealEnvelope(dir, { ...letter, codename: who });
  assert.equal(envelope.length, 114 + 1424 * 5 + 16400);
  const shares = await Promise.all(seeds.map((seed, s) => env.openCompartment(dir, envelope, s, seed)));
  for (let i = 0; i < 5; i++)
    for (let j = i + 1; j < 5; j++)
      for (let k = j + 1; k < 5; k++) {
        const opened = await env.openWithShares(dir, envelope, [shares[i]!, shares[j]!, shares[k]!]);
        assert.equal(opened?.body.text, "What I saw.");
        assert.equal(opened?.genuine, true);
      }
  await assert.rejects(env.openWithShares(dir, envelope, shares.slice(0, 2) as env.Share[]), c.CannotOpen);
  await assert.rejects(env.openWithShares(dir, envelope, [shares[0]!, shares[0]!, shares[1]!]), c.CannotOpen);
  await assert.rejects(env.openWithShares(dir, envelope, shares as env.Share[]), c.CannotOpen);
});

test("envelope: who is excluded gets zeros, like a seat of another panel", async () => {
  const { dir, seeds } = await fiveSeats();
  const envelope = await env.sealEnvelope(dir, { ...letter, excluded: [3] });
  assert.equal(envelope.length, env.envelopeBytes(5));
  const shares = await Promise.all(seeds.map((seed, s) => env.openCompartment(dir, envelope, s, seed)));
  assert.deepEqual(shares.map((s) => s === null), [false, false, false, true, false]);
  assert.deepEqual(shares[0]!.eligible, [0, 1, 2, 4]);
  const pair = await env.sealEnvelope(dir, { ...letter, panel: "directors" });
  const two = await Promise.all(seeds.map((seed, s) => env.openCompartment(dir, pair, s, seed)));
  assert.deepEqual(two.map((s) => s === null), [true, true, true, false, false]);
});

test("envelope: too few left, or no such panel", async () => {
  const { dir } = await fiveSeats();
  await assert.rejects(env.sealEnvelope(dir, { ...letter, excluded: [0, 1, 2] }), b.Malformed);
  await assert.rejects(env.sealEnvelope(dir, { ...letter, panel: "nobody" }), b.Malformed);
});

test("envelope: a changed byte anywhere opens nothing", async () => {
  const { dir, seeds } = await fiveSeats();
  const envelope = await env.sealEnvelope(dir, letter);
  for (const at of [0, 1, 5, 40, 60, 90, 120, 300, 2000, envelope.length - 1]) {
    const forged = envelope.slice();
    forged[at]! ^= 1;
    await assert.rejects(async () => {
      const shares = [];
      for (const s of [0, 1, 2]) shares.push((await env.openCompartment(dir, forged, s, seeds[s]!))!);
      await env.openWithShares(dir, forged, shares);
    });
  }
});

test("envelope: the author reads it back from the words alone", async () => {
  const { dir } = await fiveSeats();
  const who = await codename(newWords());
  const envelope = await env.sealEnvelope(dir, { ...letter, codename: who, followUp: true });
  const { nonce, bind } = env.readEnvelope(dir, envelope);
  assert.ok(env.isMine(who, nonce, bind));
  const opened = await env.openBody(dir, envelope, who.cek(nonce));
  assert.equal(opened?.genuine, true);
  assert.equal(opened?.body.kind, "follow_up");
  assert.equal(opened?.body.replyKey, undefined);
});

test("body: what does not belong together is refused", () => {
  const plain = { attachments: [], excluded: [], kind: "report", panel: "ltbt", text: "", v: 1 };
  const read = (value: Json) => readBody(encode(value), new Uint8Array(1));
  assert.equal(read(plain).genuine, false);
  const key = b.b64u(c.signPublic(c.random(32)));
  const sig = b.b64u(new Uint8Array(64));
  assert.throws(() => read({ ...plain, author: key }), malformed);
  assert.throws(() => read({ ...plain, author: key, sig, kind: "follow_up", reply_key: b.b64u(new Uint8Array(1216)), tag_key: key }), malformed);
  assert.equal(read({ ...plain, author: key, sig, kind: "follow_up" }).genuine, false);
  assert.throws(() => read({ ...plain, tag_key: b.b64u(new Uint8Array(32)) }), malformed);
  assert.throws(() => read({ ...plain, excluded: [3, 1] }), malformed);
  assert.throws(() => read({ ...plain, kind: "other" }), malformed);
  assert.throws(() => read({ ...plain, extra: 1 }), malformed);
});

test("padding: zeros to one length, and nothing for a length of nothing", () => {
  assert.equal(pad(new Uint8Array(3), BODY_BYTES).length, BODY_BYTES);
  assert.equal(unpad(new Uint8Array(BODY_BYTES)), null);
  assert.deepEqual(unpad(pad(b.utf8("abc"), 16)), b.utf8("abc"));
  assert.throws(() => pad(new Uint8Array(13), 16), b.Malformed);
  assert.throws(() => unpad(b.concat(b.u32(13), new Uint8Array(12))), b.Malformed);
  assert.throws(() => unpad(b.concat(b.u32(1), new Uint8Array(12).fill(1))), b.Malformed);
});

test("chunks: a file in pieces of one length", async () => {
  const data = new Uint8Array(300_000).map((_, i) => i % 251);
  const { attachment, sealed } = await sealFile("a.png", "image/png", data);
  assert.deepEqual(sealed.map((s) => s.length), [CHUNK_BYTES, CHUNK_BYTES]);
  assert.deepEqual(await openFile(attachment, sealed), data);
  await assert.rejects(openFile(attachment, [sealed[1]!, sealed[0]!]), c.CannotOpen);
  await assert.rejects(openFile({ ...attachment, size: 600_000 }, sealed), c.CannotOpen);
  assert.equal(chunksDigest([]), "");
  assert.equal(chunksDigest(attachment.chunks.map((k) => k.id)).length, 64);
});

test("receipt: every word that a check can say, and only from the lists of the promise", async () => {
  const { dir } = await fiveSeats();
  const envelope = await env.sealEnvelope(dir, letter);
  const service = c.random(32);
  const key = c.signPublic(service);
  const receipt = readReceipt(receiptFor(envelope, 20245, 20247, service));
  assert.deepEqual(parseLines(`\n ${receiptLines(receipt)}`), receipt);
  const with_ = listOf(20246, [envelope]);
  const without = (e: number) => listOf(e, []);
  const bytes = async () => envelope;
  const ask = async (lists: Json[], today: number, of: typeof bytes | (() => Promise<null>) = bytes, k = key) =>
    standing(receipt, k, lists.map(epochList), today, of);
  assert.deepEqual(await ask([with_], 20247), { word: "listed", epoch: 20246 });
  assert.deepEqual(await ask([with_], 20247, async () => null), { word: "undelivered", epoch: 20246 });
  assert.deepEqual(await ask([], 20247), { word: "too early" });
  assert.deepEqual(await ask([20245, 20246].map(without), 20248), { word: "cannot tell" });
  assert.deepEqual(await ask([20245, 20246, 20247].map(without), 20248), { word: "suppressed" });
  assert.deepEqual(await ask([with_], 20247, bytes, c.signPublic(c.random(32))), { word: "not valid" });
  assert.deepEqual(await ask([listOf(20248, [envelope])], 20249), { word: "cannot tell" });
});

for (const bad of ["", "a\nb\nc", "x.org 1 2\n" + "a".repeat(64) + "\nsig", "x.org 5 1\n" + "a".repeat(64) + "\n" + "A".repeat(86), "x.org 1 99\n" + "a".repeat(64) + "\n" + "A".repeat(86)]) {
  test(`receipt: refuses ${JSON.stringify(bad.slice(0, 20))}`, () => assert.throws(() => parseLines(bad), b.Malformed));
}

test("lists: order, doubles and lengths", async () => {
  const { dir } = await fiveSeats();
  const who = await codename(newWords());
  const envelope = await env.sealEnvelope(dir, { ...letter, codename: who });
  const data = listOf(20245, [envelope]) as { [k: string]: Json };
  const list = epochList(data);
  assert.deepEqual(marked(who, list).map((p) => p.item), [b.hex(env.itemId(envelope))]);
  assert.deepEqual(marked(await codename(newWords()), list), []);
  const raw = b.unb64u(data["items"]);
  const swapped = b.concat(raw.subarray(80, 160), raw.subarray(0, 80), raw.subarray(160));
  const doubled = b.concat(raw.subarray(0, 16), raw.subarray(16, 96), raw.subarray(16, 80), raw.subarray(160));
  for (const items of [swapped, doubled, raw.subarray(80), new Uint8Array(0)]) {
    assert.throws(() => epochList({ ...data, items: b.b64u(items) }), b.Malformed);
  }
  assert.throws(() => epochList({ ...data, chunks: [] }), b.Malformed);
  assert.throws(() => epochList({ ...data, chunks: [...(data["chunks"] as Json[])].reverse() }), b.Malformed);
  assert.throws(() => epochList({ ...data, more: 1 }), b.Malformed);
  const seed = c.random(32);
  const sig = c.sign(seed, b.concat(b.utf8("countersign/intake/v1/epoch\n"), encode(data)));
  assert.ok(listHolds(list, sig, c.signPublic(seed)));
  assert.equal(listHolds(list, sig, c.signPublic(c.random(32))), false);
  const window = encode({ lists: [{ data, entry: null, sig: b.b64u(sig) }], v: 1, window: windowOf(20245) });
  assert.equal(readWindow(window, windowOf(20245))[0]!.list.epoch, 20245);
  assert.throws(() => readWindow(window, 1), b.Malformed);
});

test("board: finds what is for these words, and says who signed", async () => {
  const { dir, signs, written } = await fiveSeats();
  const who = await codename(newWords());
  const directories = new Map([[b.hex(dir.digest), dir]]);
  const board = new Uint8Array(20 * SLOT_BYTES);
  board.set(await replySlot(who, dir, 20246, 7, "Thank you.", [0, 2], signs), 7 * SLOT_BYTES);
  board.set(await replySlot(who, dir, 20246, 9, "Alone.", [1], signs), 9 * SLOT_BYTES);
  board.set(await replySlot(who, dir, 20246, 3, "Forged.", [1], [c.random(32), c.random(32)]), 3 * SLOT_BYTES);
  const found = await replies(who, 20246, board, directories, []);
  assert.deepEqual(found.map((r) => [r.text, r.signers]), [["Thank you.", ["t-0", "t-2"]], ["Alone.", ["t-1"]]]);
  assert.deepEqual((await replies(who, 20246, board, directories, ["t-2"])).map((r) => r.text), ["Alone."]);
  assert.deepEqual(await replies(await codename(newWords()), 20246, board, directories, []), []);
  assert.deepEqual(await replies(who, 20247, board, directories, []), []);
  assert.ok(directory(written).seats.every((s) => /^([0-9a-f]{4} ){4}[0-9a-f]{4}$/.test(s.fingerprint)));
});

test("proof: for one official and one challenge", async () => {
  const { dir } = await fiveSeats();
  const who = await codename(newWords());
  const envelope = await env.sealEnvelope(dir, { ...letter, codename: who });
  const list = epochList(listOf(20245, [envelope]));
  const challenge = c.random(32);
  const asked = { ledger: "example.org/log", epoch: 20245, challenge, to: "EU AI Office" };
  const place = marked(who, list)[0]!;
  const bare = makeProof(who, place, { ...asked, withText: false });
  const whole = makeProof(who, place, { ...asked, withText: true });
  assert.equal((await checkProof(bare, asked, [list]))?.text, null);
  assert.equal((await checkProof(whole, asked, [list], { envelope, dir }))?.text, "What I saw.");
  assert.equal(await checkProof(bare, { ...asked, to: "Somebody else" }, [list]), null);
  assert.equal(await checkProof(bare, { ...asked, challenge: c.random(32) }, [list]), null);
  assert.equal(await checkProof(bare, asked, [epochList(listOf(20246, [envelope]))]), null);
  const other = makeProof(await codename(newWords()), place, { ...asked, withText: false });
  assert.equal(await checkProof(other, asked, [list]), null);
});

test("directory: a key twice, a panel too small, an unsound key", async () => {
  const { written } = await fiveSeats();
  const d = written as { [k: string]: Json };
  const seats = d["seats"] as { [k: string]: Json }[];
  assert.throws(() => directory({ ...d, seats: [...seats.slice(0, 4), { ...seats[4]!, sign: seats[0]!["sign"]! }] }), b.Malformed);
  assert.throws(() => directory({ ...d, seats: [...seats.slice(0, 4), { ...seats[4]!, person: "t-0" }] }), b.Malformed);
  assert.throws(() => directory({ ...d, panels: [{ id: "x", name: "X", k: 3, seats: [0, 1] }] }), b.Malformed);
  assert.throws(() => directory({ ...d, panels: [{ id: "x", name: "X", k: 1, seats: [0, 1] }] }), b.Malformed);
  assert.throws(() => directory({ ...d, seats: [{ ...seats[0]!, sign: b.b64u(new Uint8Array(32)) }, ...seats.slice(1)] }), b.Malformed);
});
