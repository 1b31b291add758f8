/**
 * What the page is made of. Text only ever enters as text: no markup is written from a script (Trusted Types: none).
 */

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id} on the page`);
  return found as T;
}

type Attributes = { [name: string]: string | boolean };

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SYMBOLS = { ok: "✓", warn: "▲", bad: "■", non: "–" };
export type Tone = keyof typeof SYMBOLS;

/** Status as symbol, word and colour. */
export const status = (tone: Tone, word: string): HTMLElement =>
  el("span", { class: `st ${tone}` }, el("span", { "aria-hidden": "true" }, SYMBOLS[tone]), ` ${word}`);

export function finding(tone: Tone, word: string, sentence: string): HTMLElement {
  return el("li", {}, status(tone, word), ` ${sentence}`);
}

/** Views that stand in the navigation; all others belong to the report. */
const OWN = ["answers", "check", "prove"];

/** Shows one view and hides the others; the heading gets the focus, so that a reader of the screen hears where it is. */
export function show(view: string): void {
  trouble("");
  for (const section of document.querySelectorAll<HTMLElement>("[data-view]")) {
    section.hidden = section.dataset["view"] !== view;
    if (!section.hidden) section.querySelector("h1")?.focus();
  }
  for (const button of document.querySelectorAll("nav [data-go]")) {
    const own = button.getAttribute("data-go");
    const here = OWN.includes(view) ? view : "start";
    if (own === here) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
}

/** One plain sentence of what went wrong, at the top; empty takes it away. */
export function trouble(sentence: string): void {
  const place = byId("trouble");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.focus();
}

/** Runs what a form or a button asks for, once at a time; what goes wrong is said on the page. */
export function on(target: HTMLElement, event: "submit" | "click", work: () => Promise<void> | void): void {
  target.addEventListener(event, async (e) => {
    e.preventDefault();
    const buttons = target.matches("button") ? [target] : [...target.querySelectorAll<HTMLElement>("button[type=submit]")];
    if (buttons.some((b) => b.hasAttribute("aria-busy"))) return;
    for (const b of buttons) b.setAttribute("aria-busy", "true");
    try {
      trouble("");
      await work();
    } catch (error) {
      trouble(sentenceOf(error));
    } finally {
      for (const b of buttons) b.removeAttribute("aria-busy");
    }
  });
}

/** An error that was written for people. */
export class Plain extends Error {}

export const sentenceOf = (error: unknown): string =>
  error instanceof Plain ? error.message : "Something did not work here. Nothing was sent. Load the page anew and try again.";

/** Lets the browser draw before work that takes a while. */
export const breathe = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** The day of a daily list: `6 June 2025`. */
export function day(epoch: number): string {
  const at = new Date(epoch * 86_400_000);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}
