/* site.mjs — the world of one journey: a copy of the made-up district, a server on it, contexts of the one browser.
 *
 * start() makes the district and starts the browser, once; stop() takes all of it away again. What pages do that no page may do is
 * gathered in `problems` of the site, for every page that was opened through it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const PASSWORD = 'anquan-2026-shili';
export const TODAY = '2026-11-23'; /* where tools/district.sh puts the clock */
export const DESK = { width: 1366, height: 768 }, PHONE = { width: 390, height: 844 };

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const PATIENCE = 20_000; /* milliseconds that an element may take to come, on a busy machine */

let program, folder, browser, count = 0;
const servers = new Set();

process.on('exit', () => {
  for (const s of servers) s.kill('SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export async function start(anjian) {
  program = resolve(anjian);
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: install the Debian package chromium`);
  folder = mkdtempSync(join(tmpdir(), 'anjian-browser-'));
  execFileSync('sh', [join(ROOT, 'tools', 'district.sh'), program, join(folder, 'district')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const home = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, env: { ...process.env, ...home } });
}

export async function stop() {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/* The address that the server says on its first line. */
function address(server) {
  return new Promise((done, fail) => {
    let said = '';
    server.stdout.on('data', (bytes) => {
      said += bytes;
      if (said.includes('\n')) done(JSON.parse(said).url);
    });
    server.on('exit', (code) => fail(new Error(`the server ended with ${code}`)));
  });
}

export class Site {
  problems = [];
  contexts = [];

  static async open() {
    const site = new Site();
    site.folder = join(folder, `site-${++count}`);
    mkdirSync(site.folder);
    for (const file of readdirSync(join(folder, 'district'))) copyFileSync(join(folder, 'district', file), join(site.folder, file));
    await site.serve();
    return site;
  }

  async serve() {
    this.server = spawn(program, ['--db', this.db, 'serve', '--listen', '127.0.0.1:0', '--quiet', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    servers.add(this.server);
    this.url = await address(this.server);
  }

  /* Time passes, with the server down: pages that were open belong to one that is gone; log in again. */
  async passes(now) {
    await this.end();
    this.cli('tick', '--now', now);
    await this.serve();
  }

  async end() {
    const server = this.server;
    server.removeAllListeners('exit');
    const gone = new Promise((done) => server.on('exit', () => { servers.delete(server); done(); }));
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      await gone;
    }
    servers.delete(server);
  }

  get db() {
    return `sqlite:${join(this.folder, 'anjian.db')}`;
  }

  async close() {
    for (const c of this.contexts) await c.close();
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /* The command line on the same database; returns what it prints, as JSON. */
  cli(...args) {
    const input = args.includes('--password-stdin') ? PASSWORD + '\n' : '';
    const out = execFileSync(program, ['--db', this.db, '--json', ...args], { input, encoding: 'utf8' });
    return out.trim() ? JSON.parse(out) : null;
  }

  /* A browser without memory. options: lang 'zh'|'en', viewport, script (false: without). */
  async context({ lang = 'en', viewport = DESK, script = true, ...rest } = {}) {
    const c = await browser.newContext({
      baseURL: this.url, viewport, javaScriptEnabled: script, locale: lang === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai',
      serviceWorkers: 'block', reducedMotion: 'reduce', ...rest,
    });
    c.setDefaultTimeout(PATIENCE);
    this.contexts.push(c);
    c.on('page', (page) => this.watch(page));
    await c.exposeBinding('reportBreach', (_, text) => this.problems.push(`content policy: ${text}`));
    await c.addInitScript(() => document.addEventListener('securitypolicyviolation',
      (e) => window.reportBreach(`${location.pathname}: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`)));
    return c;
  }

  /* A page of somebody who is logged in; without the detour over the login page. */
  async login(name, options = {}) {
    const c = await this.context(options);
    await this.enter(c, name);
    return c.newPage();
  }

  async enter(context, name, password = PASSWORD) {
    const answer = await context.request.post('/login', { form: { name, password }, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`${name} cannot log in: ${answer.status()}`);
  }

  watch(page) {
    const note = (what) => this.problems.push(`${new URL(page.url(), this.url).pathname}: ${what}`);
    page.on('pageerror', (error) => note(`script error: ${error.message}`));
    page.on('dialog', (dialog) => {
      if (page.expectsDialog) return page.expectsDialog(dialog);
      note(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('console', (message) => {
      const refused = message.text().startsWith('Failed to load resource'); /* by its answer, below */
      if ((message.type() === 'error' && !refused) || message.type() === 'warning') note(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(this.url + '/') && !/^(data|about|blob):/.test(request.url())) note(`asks elsewhere: ${request.url()}`);
    });
    page.on('response', (response) => {
      const part = response.request().resourceType() !== 'document';
      if (response.status() >= 500 || (part && response.status() >= 400)) note(`${response.status()} for ${response.url()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      if (why !== 'net::ERR_ABORTED') note(`no answer for ${request.url()}: ${why}`);
    });
  }
}
