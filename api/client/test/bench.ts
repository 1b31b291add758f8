/** How long sealing takes in a browser: `seal(directory.json)` to five seats, `plain()` HPKE to one. */
import { parse } from "../app/trust.ts";
import { codename, newWords } from "../src/codename.ts";
import * as c from "../src/crypto.ts";
import { sealEnvelope } from "../src/envelope.ts";

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function bench(rounds: number): Promise<{ cold: number; warm: number[]; plain: number[]; words: number }> {
  const raw = new Uint8Array(await (await fetch("/client/directory.json")).arrayBuffer());
  const letter = { text: "What I saw. ".repeat(200), panel: "ltbt", excluded: [], attachments: [] };
  let trust!: ReturnType<typeof parse>;
  const seal = async () => {
    trust ??= parse(raw, Math.floor(Date.now() / 86_400_000));
    await sealEnvelope(trust.dir, { ...letter, codename: await codename(newWords()) });
  };
  const cold = await timed(seal);
  const warm: number[] = [];
  const plain: number[] = [];
  for (let n = 0; n < rounds; n++) {
    warm.push(await timed(seal));
    plain.push(await timed(() => c.seal(trust.dir.seats[0]!.hpke, new Uint8Array(32), new Uint8Array(256))));
  }
  const words = await timed(() => codename(newWords()));
  return { cold, warm, plain, words };
}

Object.assign(globalThis, { bench });
