/**
 * Reply board: 4 slots a seat, each a message or a seal of zeros to a key that nobody has (INTAKE §4, §10).
 *
 *     slot j = 16 bytes of HMAC(tag key, … ‖ u32 e ‖ u16 j) ‖ a seal of 4,096 bytes to the reply key
 *     {"directory":"<hex>","first":20246,"id":"<32 hex>","signatures":[{"seat":0,"sig":"<86>"}],"text":"…",
 *      "to":"<hex>","v":1}
 *
 * 1. A message must be signed by one or two eligible trustees of the directory that it names, and be meant for this
 *    reply key; what one alone signed must be shown as such.
 * 2. Whole boards are fetched and searched here; a codename without messages looks like any other.
 */
import { concat, equal, H, hex, Malformed, slice, u16, u32, u8, unb64u, unhex, utf8, type Bytes } from "./bytes.ts";
import { array, decode, encode, integer, members, string } from "./canonical.ts";
import type { Codename } from "./codename.ts";
import { CannotOpen, mac, open, SEAL_BYTES, verify } from "./crypto.ts";
import { unpad } from "./body.ts";
import type { Directory } from "./directory.ts";

export const REPLY_BYTES = 4096;
export const SLOT_BYTES = 16 + REPLY_BYTES + SEAL_BYTES;
const TAG = utf8("countersign/intake/v1/board");
const LABEL = utf8("countersign/intake/v1/reply\n");

export const boardBytes = (seats: number): number => 4 * seats * SLOT_BYTES;

export interface Reply {
  id: string;
  first: number;
  text: string;
  /** Persons whose signature holds, in the order of their seats. */
  signers: string[];
}

const tag = (key: Uint8Array, epoch: number, slot: number): Bytes =>
  slice(mac(key, concat(TAG, u8(0), u32(epoch), u16(slot))), 0, 16);

/** What the board of an epoch holds for a codename, in the order of the board. `directories` by digest in hex;
 * `excluded` are persons, since seats are numbered anew in each directory. */
export async function replies(
  who: Codename,
  epoch: number,
  board: Uint8Array,
  directories: Map<string, Directory>,
  excluded: string[],
): Promise<Reply[]> {
  if (board.length % (4 * SLOT_BYTES) !== 0 || board.length > boardBytes(12)) throw new Malformed("not a board");
  const found = new Map<string, Reply>();
  for (let j = 0; j * SLOT_BYTES < board.length; j++) {
    const slot = board.subarray(j * SLOT_BYTES, (j + 1) * SLOT_BYTES);
    if (!equal(slot.subarray(0, 16), tag(who.tagKey, epoch, j))) continue;
    try {
      const padded = await open(who.replySeed, H("board", u32(epoch), u16(j)), slice(slot, 16));
      const content = unpad(padded);
      const reply = content && readReply(content, who, directories, excluded);
      if (reply && (found.get(reply.id)?.signers.length ?? 0) < reply.signers.length) found.set(reply.id, reply);
    } catch (e) {
      if (!(e instanceof CannotOpen || e instanceof Malformed)) throw e;
    }
  }
  return [...found.values()];
}

/** A message that these trustees signed for this codename; CannotOpen when nobody may have. */
export function readReply(
  data: Uint8Array,
  who: Pick<Codename, "replyKey">,
  directories: Map<string, Directory>,
  excluded: string[],
): Reply {
  const r = members(decode(data), ["directory", "first", "id", "signatures", "text", "to", "v"]);
  const { signatures, ...unsigned } = r;
  unhex(r["id"], 16);
  unhex(r["directory"], 32);
  if (r["v"] !== 1 || r["to"] !== hex(H("reply", who.replyKey))) throw new CannotOpen();
  const dir = directories.get(string(r["directory"]));
  if (!dir) throw new CannotOpen();
  const message = concat(LABEL, encode(unsigned));
  const signers: string[] = [];
  let before = -1;
  for (const value of array(signatures, 2)) {
    const s = members(value, ["seat", "sig"]);
    const seat = integer(s["seat"], 0, dir.seats.length - 1);
    if (before >= seat) throw new Malformed("signatures out of order");
    const { person, sign } = dir.seats[seat]!;
    if (excluded.includes(person) || !verify(sign, unb64u(s["sig"], 64), message)) throw new CannotOpen();
    signers.push(person);
    before = seat;
  }
  if (!signers.length) throw new CannotOpen();
  return { id: string(r["id"]), first: integer(r["first"]), text: string(r["text"]), signers };
}
