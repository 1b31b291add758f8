/** What is asked of the server: whole files that are the same for everybody, and the one upload. */
import { epochAt, readWindow, windowOf, type Published } from "../src/epochs.ts";
import { Malformed, type Bytes } from "../src/bytes.ts";
import { Plain } from "./dom.ts";

const QUIET: RequestInit = {
  credentials: "omit",
  cache: "no-store",
  redirect: "error",
  referrerPolicy: "same-origin",
};

export const today = (): number => epochAt(Date.now());

/** Bytes at a path; null where there is nothing. */
export async function get(path: string): Promise<Bytes | null> {
  let answer: Response;
  try {
    answer = await fetch(path, QUIET);
  } catch {
    throw new Plain("The intake cannot be reached. Nothing was sent; try again later or from another network.");
  }
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Plain("The intake does not answer as it should. Try again later.");
  return new Uint8Array(await answer.arrayBuffer());
}

export async function must(path: string): Promise<Bytes> {
  const found = await get(path);
  if (!found) throw new Plain("The intake lacks a part of its own lists. Somebody should know of this: keep your receipt.");
  return found;
}

/** The lists of one window of 92 days. */
export async function listsOf(window: number): Promise<Published[]> {
  const found = await get(`/lists/${window}`);
  if (!found) return [];
  try {
    return readWindow(found, window);
  } catch (e) {
    if (e instanceof Malformed) throw new Plain("The intake's lists cannot be read. Keep your receipt, and tell somebody whom you trust.");
    throw e;
  }
}

/** Always this window and the one before, whatever is looked for. */
export async function recentLists(): Promise<Published[]> {
  const now = windowOf(today());
  return [...(await listsOf(now - 1)), ...(await listsOf(now))];
}

/** Why an upload was not taken: what the server says, in its own plain words. */
export class NotTaken extends Error {}

export async function handIn(upload: Bytes): Promise<Bytes> {
  let answer: Response;
  try {
    const headers = { "content-type": "application/octet-stream", accept: "application/json" };
    answer = await fetch("/items", { ...QUIET, method: "POST", headers, body: upload });
  } catch {
    throw new NotTaken("The intake cannot be reached.");
  }
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  const said = (await answer.text()).slice(0, 300);
  const plain = answer.headers.get("content-type")?.startsWith("text/plain") && said.trim();
  throw new NotTaken(plain || "The intake refused it and did not say why.");
}
