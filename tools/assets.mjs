/* Make the files that browsers load: assets.mjs PROJECT OUT.c OUT.h
 *
 * Takes Tabler's style sheet and static/app.css with its chapters, leaves out what no page uses and what old browsers cannot read; bundles htmx
 * with static/*.js; puts the icons named in static/icons.txt into one sprite. Each result gets a digest in its name and stands
 * in OUT.c plain, by gzip and by brotli (src/web/asset.h), in OUT.h its URL. Equal input gives equal output.
 * When node_modules does not hold what package-lock.json asks for, `npm ci` is run first; otherwise the network is not touched.
 */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { pathToFileURL } from 'node:url';

const [root, outC, outH] = process.argv.slice(2).map((p) => path.resolve(p));
const modules = path.join(root, 'node_modules');
const read = (...parts) => fs.readFileSync(path.join(root, ...parts), 'utf8');
const fail = (message) => { console.error(message); process.exit(1); };

/* Packages that the build itself needs (not those of browser tests) and that are not there in the version of the lock file. */
function missing() {
  const version = (name) => {
    try { return JSON.parse(read(name, 'package.json')).version; } catch { return null; }
  };
  return Object.entries(JSON.parse(read('package-lock.json')).packages)
    .filter(([name, p]) => name && !p.dev && !p.optional && version(name) !== p.version)
    .map(([name]) => name);
}

function install() {
  if (missing().length === 0) return;
  console.error('npm ci: bringing the packages of package-lock.json');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  const still = missing();
  if (still.length) fail(`npm ci did not bring ${still.join(', ')}`);
}

/* Files of a folder with one of these endings, in the order of their names. */
function files(folder, ...endings) {
  return fs.readdirSync(path.join(root, folder)).filter((f) => endings.some((e) => f.endsWith(e))).sort().map((f) => `${folder}/${f}`);
}

const words = (name) => read(name).split('\n').map((l) => l.replace(/#.*/, '').trim()).filter(Boolean);

/* Browsers of 2020 run in many offices: what they cannot read is left out, and static/css says it in plain words. */
const NEW_COLOUR = /light-dark\(|color-mix\(|oklch\(from|url\(/; // data: URLs too, which the policy of the pages forbids
const BROWSERS = ['chrome87', 'firefox78', 'safari14.1'];

function selectors(sheet) {
  const all = new Set();
  sheet.walkRules((rule) => rule.selectors.forEach((s) => all.add(s.trim())));
  return all;
}

/* static/app.css with the chapters that it names. */
function ownSheet(esbuild) {
  const made = esbuild.buildSync({ absWorkingDir: root, entryPoints: ['static/app.css'], bundle: true, write: false, logLevel: 'warning', target: BROWSERS });
  return made.outputFiles[0].text;
}

async function css({ PurgeCSS }, postcss, esbuild) {
  const sheet = ownSheet(esbuild);
  const tabler = postcss.parse(read('node_modules/@tabler/core/dist/css/tabler.min.css'));
  tabler.walkDecls((d) => { if (NEW_COLOUR.test(d.value) || (d.prop.startsWith('--') && d.value.includes('oklch('))) d.remove(); });
  const pages = files('src/web', '.html', '.h').concat(files('static', '.js'));
  const [{ css: used, rejected }] = await new PurgeCSS().purge({
    css: [{ raw: tabler.toString() + sheet }],
    content: pages.map((p) => ({ raw: read(p), extension: 'html' })),
    safelist: words('static/keep.txt'),
    variables: true, keyframes: true, fontFace: true, rejected: true,
  });
  const own = selectors(postcss.parse(sheet));
  const idle = rejected.map((s) => s.trim()).filter((s) => own.has(s) && !selectors(tabler).has(s));
  if (idle.length) console.error(`static/css: no page uses ${[...new Set(idle)].join(', ')}`);
  return esbuild.transformSync(used, { loader: 'css', minify: true, target: BROWSERS, legalComments: 'eof' }).code;
}

function js(esbuild) {
  const made = esbuild.buildSync({
    absWorkingDir: root, entryPoints: ['static/app.js'], bundle: true, write: false, minify: true, format: 'iife', target: BROWSERS,
    legalComments: 'eof', logLevel: 'warning',
  });
  return made.outputFiles[0].text;
}

/* Colour and width of the strokes are those of the text around: static/css/ground.css, .icon. */
function sprite() {
  const names = words('static/icons.txt');
  const asked = files('src/web', '.html').flatMap((page) => [...read(page).matchAll(/icon\("([\w-]+)"\)/g)].map((m) => ({ page, name: m[1] })));
  for (const { page, name } of asked) if (!names.includes(name)) fail(`${page}: no icon "${name}" in static/icons.txt`);
  for (const name of names) if (!asked.some((a) => a.name === name)) fail(`static/icons.txt: no page shows "${name}"`);
  const symbol = (name) => {
    const svg = read('node_modules/@tabler/icons/icons/outline', `${name}.svg`);
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>')}</symbol>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg">${names.sort().map(symbol).join('')}</svg>`;
}

/* C string literals, a line each; three-digit octal keeps every byte apart from what follows. */
function literal(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 100) {
    let line = '';
    for (const b of bytes.subarray(at, at + 100)) {
      const plain = b >= 32 && b < 127 && b !== 34 && b !== 92 && b !== 63;
      line += plain ? String.fromCharCode(b) : '\\' + b.toString(8).padStart(3, '0');
    }
    lines.push(`    "${line}"`);
  }
  return lines.join('\n') || '    ""';
}

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };

/* The three forms of a file; a compressed form that is not smaller is left out. */
function asset(name, text) {
  const plain = Buffer.from(text, 'utf8');
  const digest = crypto.createHash('sha256').update(plain).digest('hex').slice(0, 12);
  const [stem, ending] = name.split('.');
  const gzip = zlib.gzipSync(plain, { level: 9 });
  const brotli = zlib.brotliCompressSync(plain, { params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_TEXT,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
  const smaller = (b) => (b.length < plain.length ? b : Buffer.alloc(0));
  return { name, url: `/static/${stem}-${digest}.${ending}`, type: TYPES[ending], plain, gzip: smaller(gzip), brotli: smaller(brotli) };
}

function writeC(assets) {
  const id = (a, form) => `${a.name.replace(/\W/g, '_')}_${form}`;
  const forms = ['plain', 'gzip', 'brotli'];
  const bytes = assets.flatMap((a) => forms.map((f) => `static const char ${id(a, f)}[] =\n${literal(a[f])};\n`));
  const rows = assets.map((a) => `    {"${a.name}", "${a.url}", "${a.type}",\n     ${forms.map((f) => `{${id(a, f)}, ${a[f].length}}`).join(', ')}},\n`);
  fs.writeFileSync(outC, `/* made by tools/assets.mjs */\n#include "web/asset.h"\n\n${bytes.join('\n')}\nconst struct asset assets[] = {\n${rows.join('')}};\nconst int asset_count = ${assets.length};\n`);
  const names = assets.map((a) => `#define ASSET_${a.name.toUpperCase().replace(/\W/g, '_')} "${a.url}"\n`);
  fs.writeFileSync(outH, `/* made by tools/assets.mjs */\n${names.join('')}`);
}

install();
const load = async (name, file) => import(pathToFileURL(path.join(modules, name, file)).href);
const purgecss = (await load('purgecss', 'lib/purgecss.js')).default;
const postcss = (await load('postcss', 'lib/postcss.mjs')).default;
const esbuild = (await load('esbuild', 'lib/main.js')).default;
writeC([
  asset('app.css', await css(purgecss, postcss, esbuild)),
  asset('app.js', js(esbuild)),
  asset('favicon.svg', read('static/favicon.svg').trim()),
  asset('icons.svg', sprite()),
]);
