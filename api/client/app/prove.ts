/** A proof for one official. */
import { Malformed, text, unb64u, type Bytes } from "../src/bytes.ts";
import { makeProof } from "../src/proof.ts";
import { findMine, wordsIn } from "./answers.ts";
import { byId, day, el, finding, on, Plain } from "./dom.ts";
import { recentLists } from "./net.ts";
import { signedLists, trust } from "./trust.ts";

export function wireProve(): void {
  on(byId("prove"), "submit", async () => {
    byId("prove-found").replaceChildren();
    const who = await wordsIn("prove-words");
    const to = byId<HTMLInputElement>("official").value.trim();
    const challenge = challengeIn(byId<HTMLInputElement>("challenge").value.trim());
    const withText = byId<HTMLInputElement>("with-text").checked;
    if (!to) throw new Plain("Write for whom the proof is.");
    const t = await trust();
    const mine = await findMine(t, who, signedLists(t, await recentLists()));
    if (!mine.length) throw new Plain("These words have left no mark on the lists of the last months. Older ones: use the offline client.");
    const made = mine.map(({ published, place, body }) => {
      const epoch = published.list.epoch;
      const proof = makeProof(who, place, { ledger: t.dir.ledger, epoch, challenge, to, withText });
      const name = body?.kind === "follow_up" ? "What you added" : "Your report";
      return [
        el("h2", {}, `${name}, list of ${day(epoch)}`),
        el("pre", { tabindex: "0", "aria-label": "The proof", translate: "no" }, text(proof)),
      ];
    });
    const warning = withText
      ? finding("warn", "It opens the report", "Whoever has this proof can read the text and every attachment.")
      : finding("ok", "Without the text", "It shows that you filed it and by which day, not what it says.");
    byId("prove-found").replaceChildren(el("ul", { class: "found" }, warning), ...made.flat());
  });
}

function challengeIn(typed: string): Bytes {
  try {
    return unb64u(typed, 32);
  } catch (e) {
    if (e instanceof Malformed) throw new Plain("The challenge is mistyped: it has 43 letters, digits, dashes or underscores.");
    throw e;
  }
}
