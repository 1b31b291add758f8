/** Coming back with the words: one's own places on the lists, and what the panel wrote. All of it is searched here. */
import { boardBytes, replies, type Reply } from "../src/board.ts";
import { hex, hash, Malformed, type Bytes } from "../src/bytes.ts";
import { codename, type Codename } from "../src/codename.ts";
import { CannotOpen } from "../src/crypto.ts";
import type { Directory } from "../src/directory.ts";
import { envelopeBytes, itemId, openBody } from "../src/envelope.ts";
import { marked, type Place, type Published } from "../src/epochs.ts";
import type { Body } from "../src/body.ts";
import { byId, day, el, finding, on, Plain, status } from "./dom.ts";
import { startFollowUp } from "./filing.ts";
import { get, recentLists } from "./net.ts";
import { signedLists, trust, type Trust } from "./trust.ts";

export interface Mine {
  published: Published;
  place: Place;
  /** The body, when the bytes that the list names are there and open under the words. */
  body: Body | null;
}

export async function wordsIn(field: string): Promise<Codename> {
  try {
    return await codename(byId<HTMLTextAreaElement>(field).value);
  } catch (e) {
    if (e instanceof Malformed) throw new Plain("These words are mistyped. Compare with your paper: twelve words, each from the list that was shown.");
    throw e;
  }
}

/** The envelope of a place, out of all of its day's, so that nobody learns which was looked for. */
export async function bytesOf(dir: Directory, published: Published, item: string): Promise<Bytes | null> {
  const all = await get(`/items/${published.list.epoch}`);
  const size = envelopeBytes(dir.seats.length);
  for (let at = 0; all && at + size <= all.length; at += size) {
    const envelope = all.slice(at, at + size);
    if (hex(itemId(envelope)) === item) return envelope;
  }
  return null;
}

export async function findMine(t: Trust, who: Codename, lists: Published[]): Promise<Mine[]> {
  const found: Mine[] = [];
  for (const published of lists) {
    for (const place of marked(who, published.list)) {
      const dir = t.directories.get(published.list.directory);
      const envelope = dir && (await bytesOf(dir, published, place.item));
      found.push({ published, place, body: dir && envelope ? await opened(dir, envelope, who, place) : null });
    }
  }
  return found;
}

async function opened(dir: Directory, envelope: Bytes, who: Codename, place: Place): Promise<Body | null> {
  try {
    const letter = await openBody(dir, envelope, who.cek(place.nonce));
    return letter?.genuine ? letter.body : null;
  } catch (e) {
    if (e instanceof CannotOpen || e instanceof Malformed) return null;
    throw e;
  }
}

export function wireAnswers(): void {
  on(byId("answers"), "submit", async () => {
    byId("answers-found").replaceChildren();
    const who = await wordsIn("answer-words");
    const t = await trust();
    const lists = signedLists(t, await recentLists());
    const mine = await findMine(t, who, lists);
    const first = mine.find((m) => m.body?.kind === "report")?.body;
    const newest = lists.at(-1);
    const found = newest ? await messages(t, who, newest, excludedPersons(t, mine)) : [];
    const rows = mine.map(placeRow);
    byId("answers-found").replaceChildren(
      el("h2", {}, "Your place on the daily lists"),
      el("ul", { class: "found" }, ...(rows.length ? rows : [finding("non", "No mark", "These words have left no mark on the lists of the last months.")])),
      el("h2", {}, "From the panel"),
      ...(found.length ? found.map((r) => messageCard(r)) : [el("p", {}, status("non", "No messages"), " There is nothing for these words today. Answers come as slowly as daily mail.")]),
      el("p", { class: "meta" }, "Nobody from the panel will ask who you are."),
    );
    byId("follow-up").hidden = !first;
    if (first) {
      byId("write-more").onclick = () => {
        byId<HTMLTextAreaElement>("answer-words").value = "";
        startFollowUp(who, first.panel, first.excluded);
      };
    }
  });
}

async function messages(t: Trust, who: Codename, newest: Published, excluded: string[]): Promise<Reply[]> {
  const board = await get(`/boards/${newest.list.epoch}`);
  const dir = t.directories.get(newest.list.directory);
  const whole = board && dir && board.length === boardBytes(dir.seats.length) && hex(hash(board)) === newest.list.board;
  if (!whole) throw new Plain("The board of answers is missing, or is not the one that the daily list names. Try again tomorrow.");
  return replies(who, newest.list.epoch, board, t.directories, excluded);
}

/** Whom the reports leave out: they may not sign an answer. */
function excludedPersons(t: Trust, mine: Mine[]): string[] {
  return mine.flatMap(({ published, body }) => {
    const seats = t.directories.get(published.list.directory)?.seats ?? [];
    return (body?.excluded ?? []).flatMap((s) => seats[s]?.person ?? []);
  });
}

function placeRow({ published, body }: Mine): HTMLElement {
  const when = day(published.list.epoch);
  if (!body) return finding("warn", "Other bytes", `The list of ${when} names your mark over other bytes: use the three lines.`);
  const what = body.kind === "report" ? "Your report is listed and whole" : "What you added is listed and whole";
  return finding("ok", "Listed", `${what}, on the list of ${when}.`);
}

function messageCard(reply: Reply): HTMLElement {
  const names = reply.signers;
  const from =
    names.length > 1
      ? [status("ok", "From two trustees"), ` ${names.join(" and ")}`]
      : [status("warn", "From one trustee alone"), ` ${names[0]}; nobody else of the panel has signed this.`];
  return el(
    "article",
    { class: "card reply" },
    el("p", {}, ...from),
    el("p", { class: "text", dir: "auto" }, reply.text),
    el("p", { class: "meta" }, `First on the board of ${day(reply.first)}`),
  );
}
