// Builds what the browser receives into essaim/ui/static/ui/dist/ (never committed). Run by `npm run build`.
// Names carry no hash: Django's manifest storage adds one when the static files are collected.
import { build, context } from "esbuild";
import { existsSync, readdirSync, rmSync, statSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const out = "essaim/ui/static/ui/dist";

// One entry per file that a page may ask for. A page without a map never downloads map.js nor map.css.
const entries = {
  site: "frontend/js/site/index.js",
  styles: "frontend/css/site.css",
  htmx: "frontend/js/htmx.js",
  map: "frontend/js/map/index.js",
};

const absent = Object.values(entries).filter((path) => !existsSync(path));
if (absent.length > 0) {
  console.error(`Entrées absentes : ${absent.join(", ")}`);
  process.exit(1);
}

const options = {
  // « styles » only tells esbuild apart from site.js; both come out as site.*.
  entryPoints: Object.entries(entries).map(([name, path]) => ({ in: path, out: name === "styles" ? "site" : name })),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"],
  // Latin and latin-extended are separate files: the browser takes the second only for a letter that needs it.
  loader: { ".woff2": "file", ".png": "file", ".svg": "file", ".gif": "file" },
  assetNames: "[name]",
  legalComments: "eof",
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  const watching = await context(options);
  await watching.watch();
  console.log(`Veille sur frontend/ vers ${out}`);
} else {
  rmSync(out, { recursive: true, force: true });
  await build(options);
  for (const name of readdirSync(out).sort()) {
    const size = statSync(`${out}/${name}`).size;
    const sent = /\.(css|js)$/.test(name) ? gzipSync(readFileSync(`${out}/${name}`), { level: 9 }).length : size;
    console.log(`${name.padEnd(60)} ${String(size).padStart(8)} o ${String(sent).padStart(8)} o transmis`);
  }
}
