/**
 * Builds the client: the same sources and lock give the same bytes, on any machine.
 *
 *     node build.mjs OUT           report.js and report.css into OUT (api/web/static/built)
 *     node build.mjs --tests OUT   the tests, each a module for `node --test`, and bench.js for a browser
 */
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tests = process.argv[2] === "--tests";
const outdir = process.argv[tests ? 3 : 2];
const common = {
  absWorkingDir: here,
  outdir,
  bundle: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};

if (tests) {
  const all = readdirSync(join(here, "test")).filter((name) => name.endsWith(".ts"));
  const entryPoints = all.filter((name) => name !== "bench.ts").map((name) => `test/${name}`);
  await build({ ...common, entryPoints, platform: "node", target: "node20", outExtension: { ".js": ".mjs" } });
  await build({ ...common, entryPoints: ["test/bench.ts"], platform: "browser", target: "es2022", minify: true });
} else {
  await build({
    ...common,
    entryPoints: [
      { in: "app/main.ts", out: "report" },
      { in: "app/report.css", out: "report" },
    ],
    platform: "browser",
    target: ["es2022"],
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  });
}
