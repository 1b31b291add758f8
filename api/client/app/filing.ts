/**
 * Filing: from whom it is for to the receipt. What was typed lives in this module's memory and nowhere else.
 *
 * 1. What was sealed is sealed once: a second try hands in the same bytes.
 * 2. A receipt must be shown as one only when it is signed by the intake, for exactly what was handed in.
 */
import { BODY_BYTES, bodyLength } from "../src/body.ts";
import { concat, hex, Malformed, type Bytes } from "../src/bytes.ts";
import { CHUNK_DATA, chunksFor, MAX_CHUNKS, sealFile, type Attachment } from "../src/chunks.ts";
import { codename, newWords, tidy, type Codename } from "../src/codename.ts";
import { eligibleSeats, itemId, sealEnvelope } from "../src/envelope.ts";
import { chunksDigest, readReceipt, receiptHolds, receiptLines, type Receipt } from "../src/receipt.ts";
import { marks } from "./coach.ts";
import { breathe, byId, day, el, on, Plain, show, trouble } from "./dom.ts";
import { isPicture, redrawn } from "./images.ts";
import { handIn, NotTaken, today } from "./net.ts";
import { qr } from "./qr.ts";
import { assured, trust, type Trust } from "./trust.ts";

interface Chosen {
  file: File;
  original: boolean;
}

const state = {
  panel: "",
  excluded: [] as number[],
  files: [] as Chosen[],
  words: "",
  who: null as Codename | null,
  followUp: false,
  sealed: null as { bytes: Bytes; item: string; chunks: string } | null,
};

/** From the answers: more to an earlier report, for the same panel without the same people. */
export function startFollowUp(who: Codename, panel: string, excluded: number[]): void {
  Object.assign(state, { panel, excluded, who, followUp: true, sealed: null, files: [] });
  byId("write-back").hidden = true;
  show("write");
  measure();
}

/** Nothing of what was typed is left. */
export function forget(): void {
  Object.assign(state, { panel: "", excluded: [], files: [], words: "", who: null, followUp: false, sealed: null });
  for (const form of document.querySelectorAll("form")) form.reset();
  for (const id of ["words", "file-list", "lines", "qr", "summary", "marks-list"]) byId(id).replaceChildren();
  byId("write-back").hidden = false;
}

export function wireFiling(): void {
  on(byId("coach"), "submit", async () => {
    const ticks = [...document.querySelectorAll<HTMLInputElement>("#coach input")];
    const open = ticks.find((t) => !t.checked);
    if (open) {
      trouble("Please think about each of the four, and tick it.");
      return;
    }
    choices(await assured(await trust()));
    show("who");
  });
  on(byId("who"), "submit", async () => {
    const t = await trust();
    const panel = t.dir.panels.find((p) => p.id === state.panel);
    if (!panel || eligibleSeats(panel, state.excluded).length < panel.k) {
      throw new Plain("Too few are left to open it together. Exclude fewer, or choose another panel.");
    }
    show("write");
    measure();
  });
  byId("text").addEventListener("input", measure);
  byId("files").addEventListener("change", addFiles);
  on(byId("write"), "submit", async () => {
    if (!text().trim()) throw new Plain("There is no text yet.");
    if (left() < 0) throw new Plain("The text is too long for one report. Shorten it, or add the rest later.");
    if (chunkCount() > MAX_CHUNKS) throw new Plain("The files are too large together: 8 MB at most.");
    state.sealed = null;
    if (state.followUp) return summary();
    if (!state.words) state.words = newWords();
    byId("words").replaceChildren(...state.words.split(" ").map((word) => el("li", {}, word)));
    show("words");
  });
  on(byId("words-kept"), "click", () => show("type"));
  on(byId("no-words"), "click", async () => {
    Object.assign(state, { words: "", who: null });
    byId("words").replaceChildren();
    await summary();
  });
  on(byId("type"), "submit", async () => {
    const field = byId<HTMLTextAreaElement>("typed");
    if (tidy(field.value) !== state.words) throw new Plain("That is not what was shown. Compare with your paper, word by word.");
    state.who = await codename(field.value);
    field.value = "";
    byId("words").replaceChildren();
    await summary();
  });
  on(byId("seal"), "click", sealAndSend);
  on(byId("again"), "click", send);
  on(byId("save-sealed"), "click", saveSealed);
  on(byId("print"), "click", () => print());
  on(byId("copy"), "click", async () => navigator.clipboard.writeText(byId("lines").innerText.trim()));
  on(byId("done"), "click", () => {
    forget();
    show("start");
  });
}

const text = (): string => byId<HTMLTextAreaElement>("text").value.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f]/g, "");

/** Who may open it: the panels of the directory, and a box for each of the chosen panel's trustees. */
function choices(t: Trust): void {
  state.panel ||= t.dir.panels[0]!.id;
  const radios = t.dir.panels.map((p) => {
    const id = `panel-${p.id}`;
    const radio = el("input", { type: "radio", name: "panel", id, value: p.id });
    radio.checked = p.id === state.panel;
    radio.addEventListener("change", () => {
      Object.assign(state, { panel: p.id, excluded: [] });
      seatBoxes(t);
    });
    const label = el("label", { for: id }, p.name, el("span", { class: "hint" }, `Any ${p.k} of ${p.seats.length} together`));
    return el("p", { class: "tick" }, radio, label);
  });
  byId("panels").replaceChildren(...radios);
  seatBoxes(t);
}

function seatBoxes(t: Trust): void {
  const panel = t.dir.panels.find((p) => p.id === state.panel)!;
  const boxes = panel.seats.map((s) => {
    const id = `seat-${s}`;
    const box = el("input", { type: "checkbox", id });
    box.checked = state.excluded.includes(s);
    box.addEventListener("change", () => {
      state.excluded = box.checked ? [...state.excluded, s] : state.excluded.filter((other) => other !== s);
      eligible(t);
    });
    return el("p", { class: "tick" }, box, el("label", { for: id }, `Not ${t.dir.seats[s]!.person}`));
  });
  byId("seats").replaceChildren(...boxes);
  eligible(t);
}

function eligible(t: Trust): void {
  const panel = t.dir.panels.find((p) => p.id === state.panel)!;
  const who = eligibleSeats(panel, state.excluded);
  const names = who.map((s) => t.dir.seats[s]!.person).join(", ");
  byId("eligible").textContent =
    who.length < panel.k
      ? `Too few: it takes ${panel.k}, and ${who.length} would be left. Exclude fewer, or choose another panel.`
      : `Any ${panel.k} of these ${who.length} can open it together: ${names}.`;
}

const plannedChunks = (): Attachment[] =>
  state.files.map(({ file }) => ({
    name: file.name || "file",
    mediaType: "application/octet-stream",
    size: file.size,
    chunks: Array.from({ length: chunksFor(file.size) }, () => ({ id: "0".repeat(64), key: new Uint8Array(32) })),
  }));
const chunkCount = (): number => plannedChunks().reduce((n, a) => n + a.chunks.length, 0);

const left = (): number => BODY_BYTES - 4 - bodyLength(text(), state.panel, plannedChunks());

function measure(): void {
  const over = left();
  byId("text-left").textContent = over < 0 ? `Too long by ${-over} characters.` : `Room for about ${over} more characters.`;
  const found = marks(text());
  byId("marks").hidden = !found.length;
  byId("marks-list").replaceChildren(...found.map((m) => el("li", {}, el("q", {}, m.words), ` – ${m.kind}`)));
}

function addFiles(): void {
  const field = byId<HTMLInputElement>("files");
  state.files.push(...[...(field.files ?? [])].filter((f) => f.size > 0).map((file) => ({ file, original: !isPicture(file) })));
  field.value = "";
  listFiles();
  measure();
}

function listFiles(): void {
  const rows = state.files.map((chosen, i) => {
    const { file } = chosen;
    const about = isPicture(file)
      ? "A picture: it is drawn anew, without the camera’s marks. What is to be seen on it stays."
      : "It goes as it is. It may hold names, printers, hidden text, or small differences made for one reader.";
    const row = el("li", {}, el("b", {}, file.name), el("p", { class: "hint" }, about));
    if (isPicture(file)) {
      const id = `original-${i}`;
      const box = el("input", { type: "checkbox", id });
      box.checked = chosen.original;
      box.addEventListener("change", () => (chosen.original = box.checked));
      row.append(el("p", { class: "tick" }, box, el("label", { for: id }, `Send ${file.name} as it is`)));
    }
    const name = el("label", { for: `name-${i}` }, "Name that the panel sees");
    const field = el("input", { id: `name-${i}`, maxlength: "60", autocomplete: "off", value: plainName(file, i) });
    const remove = el("button", { type: "button", class: "plain-button" }, `Remove ${file.name}`);
    on(remove, "click", () => {
      state.files.splice(i, 1);
      listFiles();
      measure();
    });
    row.append(name, field, remove);
    return row;
  });
  byId("file-list").replaceChildren(...rows);
}

/** File names tell a lot; what is proposed tells only the kind. */
const plainName = (file: File, i: number): string => {
  const ending = /\.[A-Za-z0-9]{1,5}$/.exec(file.name)?.[0].toLowerCase() ?? "";
  return `${isPicture(file) ? "picture" : "file"}-${i + 1}${ending}`;
};

async function summary(): Promise<void> {
  const t = await trust();
  const panel = t.dir.panels.find((p) => p.id === state.panel);
  if (!panel) throw new Plain("The trustees have changed since. Load the page anew and start a new report.");
  const out = state.excluded.map((s) => t.dir.seats[s]?.person ?? `seat ${s}`).join(", ");
  const rows: [string, string][] = [
    ["Who can open it", `Any ${panel.k} of ${eligibleSeats(panel, state.excluded).length}, ${panel.name}`],
    ["Excluded", out || "nobody"],
    ["Your text", `${text().length} characters`],
    ["Files", state.files.length ? `${state.files.length}` : "none"],
    ["Your words", state.who ? "typed back and right" : "none: no answer can reach you, nothing can be shown later"],
  ];
  byId("summary").replaceChildren(
    ...rows.map(([term, what]) => el("div", {}, el("dt", {}, term), el("dd", {}, what))),
  );
  byId("retry").hidden = true;
  byId("sealing").textContent = "";
  show("seal");
}

async function readyFile(chosen: Chosen, i: number): Promise<{ attachment: Attachment; sealed: Bytes[] }> {
  const { file, original } = chosen;
  const name = byId<HTMLInputElement>(`name-${i}`).value.trim() || plainName(file, i);
  const drawn = original ? file : await redrawn(file);
  if (!drawn) {
    throw new Plain(`This browser cannot draw ${file.name} anew. Go back and send it as it is, remove it, or use the offline client.`);
  }
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(drawn.type) ? drawn.type : "application/octet-stream";
  return sealFile(name, type, new Uint8Array(await drawn.arrayBuffer()));
}

async function sealAndSend(): Promise<void> {
  if (!state.sealed) {
    byId("sealing").textContent = "Sealing on your device …";
    await breathe();
    const t = await assured(await trust());
    const files = await Promise.all(state.files.map(readyFile));
    const sealed = files.flatMap((f) => f.sealed);
    if (sealed.length > MAX_CHUNKS) throw new Plain(`The files are too large together: ${(MAX_CHUNKS * CHUNK_DATA) / 2 ** 20} MB at most.`);
    const attachments = files.map((f) => f.attachment);
    const { panel, excluded, followUp } = state;
    const letter = { text: text(), panel, excluded, attachments, followUp, ...(state.who ? { codename: state.who } : {}) };
    let envelope: Bytes;
    try {
      envelope = await sealEnvelope(t.dir, letter);
    } catch (e) {
      if (e instanceof Malformed) throw new Plain("It does not fit: shorten the text, or attach fewer files.");
      throw e;
    }
    const ids = attachments.flatMap((a) => a.chunks.map((c) => c.id));
    state.sealed = { bytes: concat(envelope, ...sealed), item: hex(itemId(envelope)), chunks: chunksDigest(ids) };
  }
  await send();
}

async function send(): Promise<void> {
  const sealed = state.sealed!;
  byId("retry").hidden = true;
  byId("sealing").textContent = "Handing it in …";
  try {
    const receipt = await checkedReceipt(await handIn(sealed.bytes), sealed.item, sealed.chunks);
    byId("sealing").textContent = "";
    showReceipt(receipt);
  } catch (e) {
    if (!(e instanceof NotTaken)) throw e;
    byId("sealing").textContent = "";
    byId("retry-why").textContent = e.message;
    byId("retry").hidden = false;
    byId("again").focus();
  }
}

async function checkedReceipt(answer: Bytes, item: string, chunks: string): Promise<Receipt> {
  const t = await trust();
  let receipt: Receipt;
  try {
    receipt = readReceipt(answer);
  } catch {
    throw new NotTaken("The intake answered, but not with a receipt.");
  }
  const key = t.serviceKey(receipt.first);
  const ours = receipt.item === item && receipt.chunks === chunks && receipt.ledger === t.dir.ledger;
  const now = Math.abs(receipt.first - today()) <= 1;
  if (!key || !ours || !now || !receiptHolds(receipt, key)) {
    throw new NotTaken("The intake answered with a receipt that is not for your report. It promises nothing.");
  }
  return receipt;
}

function showReceipt(receipt: Receipt): void {
  const lines = receiptLines(receipt);
  byId("promise").textContent =
    `It is promised a place on a daily list from ${day(receipt.first)} to ${day(receipt.last)}, at the latest.`;
  byId("lines").replaceChildren(...lines.split("\n").map((line) => el("span", {}, line)));
  byId("qr").replaceChildren(qr(lines, "QR code of the three lines"));
  Object.assign(state, { words: "", who: null, sealed: null, files: [] });
  for (const id of ["write", "type"]) byId<HTMLFormElement>(id).reset();
  listFiles();
  show("receipt");
}

function saveSealed(): void {
  const address = URL.createObjectURL(new Blob([state.sealed!.bytes]));
  el("a", { href: address, download: "sealed-report" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
