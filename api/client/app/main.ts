/** The page comes to life: what needs a script is shown, what is there for want of one is hidden. */
import { wireAnswers } from "./answers.ts";
import { wireCheck } from "./check.ts";
import { byId, on, show, trouble } from "./dom.ts";
import { forget, wireFiling } from "./filing.ts";
import { wireProve } from "./prove.ts";

function leave(): void {
  forget();
  document.body.replaceChildren();
  document.title = "";
  location.replace("about:blank");
}

/** What this page cannot do without. */
function missing(): string {
  if (!globalThis.crypto?.subtle) return "This browser cannot seal anything here: open the page by its secure address, or use the offline client.";
  return "";
}

if (document.querySelector("[data-view]")) {
  for (const part of document.querySelectorAll<HTMLElement>("[data-js]")) part.hidden = false;
  for (const part of document.querySelectorAll<HTMLElement>(".no-script")) part.hidden = true;
  for (const button of document.querySelectorAll<HTMLElement>("[data-go]")) {
    on(button, "click", () => show(button.dataset["go"]!));
  }
  on(byId("leave"), "click", leave);
  let escaped = 0;
  addEventListener("keydown", (e) => {
    escaped = e.key === "Escape" ? escaped + 1 : 0;
    if (escaped === 3) leave();
  });
  wireFiling();
  wireAnswers();
  wireCheck();
  wireProve();
  const why = missing();
  if (why) trouble(why);
  // A page that the browser kept for its Back button must not show what was typed.
  addEventListener("pagehide", forget);
}
