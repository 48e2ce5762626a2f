// Bundles the page into one HTML file: node build.mjs [--modules FOLDER] [--out FILE].
// Effect: writes FILE, whole or not at all, with styles and scripts inside and the data's token left to fill.
import { createRequire } from "node:module";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    modules: { type: "string", default: path.join(here, "node_modules") },
    out: { type: "string", default: path.join(here, "dist", "report.html") },
  },
});
const modules = path.resolve(options.modules);
const out = path.resolve(options.out);
const kDataToken = '"@CALOFORGE_DATA@"';
const kLargest = 1.5e6; // bytes: a page is mailed and kept beside its results, so the part that is not data stays small

async function bundle() {
  const esbuild = createRequire(path.join(modules, "from-here.js"))("esbuild");
  return esbuild.build({
    entryPoints: [path.join(here, "src", "main.js"), path.join(here, "styles", "main.css")],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: "/",
    format: "iife",
    target: ["es2022", "chrome111", "firefox113", "safari16.2"],
    legalComments: "none", // their texts follow whole, see licences()
    nodePaths: [modules],
    absWorkingDir: here,
    logLevel: "warning",
  });
}

// Every library in the bundle asks that its licence goes with each copy.
async function licences(metafile) {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) names.add(match[1]);
  }
  const texts = await Promise.all([...names].sort().map(async (name) => {
    const folder = path.join(modules, name);
    const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file (the page must carry it). Was it renamed?`);
    return `${name} ${version}\n\n${(await readFile(path.join(folder, file), "utf8")).trim()}`;
  }));
  const text = texts.join("\n\n----\n\n");
  return `/*! This page holds these libraries:\n\n${text.replaceAll("*/", "* /").replaceAll("</", "< /")}\n*/\n`;
}

// A replacement text would have its dollar signs read as patterns; a function's result is taken as it is.
function fill(page, token, text) {
  if (page.split(token).length !== 2) throw new Error(`page.html must hold ${token} once. Was it edited?`);
  return page.replace(token, () => text);
}

const result = await bundle();
const text = (extension) => result.outputFiles.find((file) => file.path.endsWith(extension)).text;
let page = await readFile(path.join(here, "src", "page.html"), "utf8");
page = fill(page, "/*@CSS@*/", text(".css"));
page = fill(page, "/*@JS@*/", (await licences(result.metafile)) + text(".js"));
if (page.split(kDataToken).length !== 2) throw new Error(`the page must hold ${kDataToken} once. Does a module mention it?`);
const size = Buffer.byteLength(page);
if (size > kLargest) throw new Error(`the page takes ${size} bytes, more than ${kLargest}. Did an import pull in a whole library?`);
await mkdir(path.dirname(out), { recursive: true });
await writeFile(`${out}.part`, page);
await rename(`${out}.part`, out);
console.log(`${path.relative(process.cwd(), out)}: ${Math.round(size / 1000)} kB`);
