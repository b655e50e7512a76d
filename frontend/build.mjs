// Builds what the browser receives into essaim/ui/static/ui/dist/ (never committed). Run by `npm run build`.
// Names carry no hash: Django's manifest storage adds one when the static files are collected.
// Also copies the fonts that print (essaim/ui/fonts/, never committed): PDF and PNG want TTF, browsers take WOFF2.
import { build, context } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";

const out = "essaim/ui/static/ui/dist";

// One entry per file that a page may ask for. A page without a map never downloads map.js nor map.css.
const entries = {
  site: "frontend/js/site/index.js",
  styles: "frontend/css/site.css",
  htmx: "frontend/js/htmx.js",
  map: "frontend/js/map/index.js",
  day: "frontend/js/site/day.js",
  dayStyles: "frontend/css/day.css",
  passkey: "frontend/js/site/passkey.js",
};

// The same families as on screen, in the few weights that essaim/ui/printing.py expects, each with its licence (OFL 1.1).
const printed = "essaim/ui/fonts";
const packages = "node_modules/@expo-google-fonts";
const fonts = [
  "atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf",
  "atkinson-hyperlegible-next/400Regular_Italic/AtkinsonHyperlegibleNext_400Regular_Italic.ttf",
  "atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf",
  "bricolage-grotesque/700Bold/BricolageGrotesque_700Bold.ttf",
].map((path) => `${packages}/${path}`);
const licences = ["atkinson-hyperlegible-next", "bricolage-grotesque"];

const absent = [...Object.values(entries), ...fonts].filter((path) => !existsSync(path));
if (absent.length > 0) {
  console.error(`Entrées absentes : ${absent.join(", ")}`);
  process.exit(1);
}

const options = {
  // Styles and script of one page bear one name; esbuild tells them apart by their kind.
  entryPoints: Object.entries(entries).map(([name, path]) => ({ in: path, out: { styles: "site", dayStyles: "day" }[name] ?? name })),
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

mkdirSync(printed, { recursive: true });
for (const path of fonts) copyFileSync(path, `${printed}/${basename(path)}`);
for (const name of licences) copyFileSync(`${packages}/${name}/LICENSE_FONT`, `${printed}/${name}-OFL.txt`);

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
