/** Whether the promise of a receipt was kept: the lists, the bytes, the public record, and who saw it only grow. */
import { Malformed } from "../src/bytes.ts";
import { windowOf, type Published } from "../src/epochs.ts";
import { parseLines, standing, type Receipt, type Standing } from "../src/receipt.ts";
import { bytesOf } from "./answers.ts";
import { byId, day, el, finding, on, Plain } from "./dom.ts";
import { listsOf, today } from "./net.ts";
import { onRecord, serviceOnRecord, signedLists, stateOfRecord, trust, type Trust } from "./trust.ts";

export function wireCheck(): void {
  on(byId("check"), "submit", async () => {
    byId("check-found").replaceChildren();
    const receipt = read(byId<HTMLTextAreaElement>("three").value);
    const t = await trust();
    if (receipt.ledger !== t.dir.ledger) throw new Plain(`This receipt is of another record: ${receipt.ledger}.`);
    const lists = signedLists(t, await promised(receipt));
    const key = t.serviceKey(receipt.first);
    const bytes = async (list: { epoch: number; directory: string }, item: string) => {
      const dir = t.directories.get(list.directory);
      const published = lists.find((p) => p.list.epoch === list.epoch);
      return dir && published ? bytesOf(dir, published, item) : null;
    };
    const says: Standing = key
      ? await standing(receipt, key, lists.map((p) => p.list), today(), bytes)
      : { word: "not valid" };
    const rows = [verdict(says, receipt), ...(says.word === "not valid" ? [] : await ledgerRows(t, lists, says, receipt))];
    byId("check-found").replaceChildren(
      el("h2", {}, "What became of it"),
      el("ul", { class: "found" }, ...rows),
      el(
        "details",
        {},
        el("summary", {}, "Which record this is"),
        el("p", {}, "Compare with a printed sheet that you trust, not with this page: ", el("code", {}, t.vkeyText)),
      ),
    );
  });
}

function read(typed: string): Receipt {
  try {
    return parseLines(typed);
  } catch (e) {
    if (e instanceof Malformed) throw new Plain("These are not the three lines of a receipt. Copy them whole, one below the other.");
    throw e;
  }
}

/** Whole windows, whichever days were promised. */
async function promised(receipt: Receipt): Promise<Published[]> {
  const windows = new Set([windowOf(receipt.first), windowOf(receipt.last)]);
  const found: Published[] = [];
  for (const w of windows) found.push(...(await listsOf(w)));
  return found;
}

function verdict(says: Standing, r: Receipt): HTMLElement {
  const span = r.first === r.last ? day(r.first) : `${day(r.first)} to ${day(r.last)}`;
  switch (says.word) {
    case "not valid":
      return finding("bad", "Receipt not valid", "It is not signed by this intake, or was miscopied. It proves nothing.");
    case "listed":
      return finding("ok", "Listed", `It stands on the list of ${day(says.epoch)}, and its bytes are there, whole.`);
    case "undelivered":
      return finding("bad", "Undelivered", `It stands on the list of ${day(says.epoch)}, but its bytes are not to be had here. Ask another mirror, or a trustee.`);
    case "too early":
      return finding("non", "Too early", `It is on no list yet. The promise runs until the list of ${day(r.last)}, which is sealed at the end of that day.`);
    case "cannot tell":
      return finding("warn", "Cannot tell", `A list of ${span} is missing, or is not signed. That should not be: try another mirror, and tell somebody whom you trust.`);
    case "suppressed":
      return finding("bad", "Dropped", `It was promised a place from ${span} and stands on none of these lists. The three lines and the lists prove it to anybody.`);
  }
}

async function ledgerRows(t: Trust, lists: Published[], says: Standing, receipt: Receipt): Promise<HTMLElement[]> {
  const state = await stateOfRecord(t);
  if (!state) return [finding("warn", "Record not reached", "The public record could not be read here, so only the intake's own word was checked.")];
  const wanted = lists.filter((p) =>
    "epoch" in says ? p.list.epoch === says.epoch : p.list.epoch >= receipt.first && p.list.epoch <= receipt.last,
  );
  const missing: string[] = [];
  for (const p of wanted) {
    if (!(await onRecord(state.head, p.entry, "intake.epoch_sealed", p.list.data))) missing.push(day(p.list.epoch));
  }
  const trustees = await onRecord(state.head, t.entry, "trust.roster_changed", t.data);
  const service = t.services.find((s) => s.key === t.serviceKey(receipt.first));
  const intake = service !== undefined && (await serviceOnRecord(state.head, service));
  const size = state.head.size;
  return [
    ...(wanted.length === 0
      ? []
      : missing.length
        ? [finding("warn", "Not on the record", `The public record does not hold the list of ${missing.join(", ")} yet. A day after it was sealed, it should.`)]
        : [finding("ok", "On the record", `The public record holds ${wanted.length === 1 ? "that list" : "these lists"}, word for word, among its ${size} entries.`)]),
    intake
      ? finding("ok", "The same intake", "The record names the key that signed the receipt as the intake’s.")
      : finding("warn", "Intake not on the record", "The record does not name the key that signed the receipt as the intake’s."),
    trustees
      ? finding("ok", "The same trustees", "The record holds the list of trustees that this page seals to.")
      : finding("warn", "Trustees not on the record", "The record does not show the list of trustees that this page seals to."),
    state.confirmed.length
      ? finding("ok", "Confirmed", `That the record only grew is confirmed by ${state.confirmed.join(", ")}.`)
      : finding("non", "Not confirmed", "Nobody outside has confirmed yet that this state of the record only grew."),
  ];
}
