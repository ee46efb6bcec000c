/* scope.journey.mjs — nobody sees what is not theirs: not by address, not by search, not in lists or in what a form offers. */
import assert from 'node:assert/strict';

const ID = /\/(\d+)$/;

/* A premises of a territory, with its hazard when it has one: what the committee office sees. */
async function premisesOf(site, territory) {
  const page = await site.login('zhouzhuren');
  await page.goto(`/l/premises?where=${encodeURIComponent(`territory = ${territory}`)}&limit=30`);
  const rows = await page.locator('.sheet tbody tr').evaluateAll((list) => list.map((r) => ({
    path: new URL(r.querySelector('a').href).pathname,
    number: r.querySelector('[data-label=Number]').innerText,
    name: r.querySelector('[data-label=Name]').innerText,
  })));
  assert.ok(rows.length > 0, territory);
  await page.goto(`/l/hazard?limit=100&where=${encodeURIComponent(`premises = ${rows[0].number}`)}`);
  const hazard = page.locator('.sheet tbody a').first();
  rows[0].hazard = await hazard.count() ? new URL(await hazard.getAttribute('href'), page.url()).pathname : null;
  return rows[0];
}

async function seesNothingOf(page, one) {
  const id = ID.exec(one.path)[1];
  const paths = ['', '/edit', '/history', '/withdraw', '/merge'].map((end) => one.path + end);
  paths.push(`/l/premises/${one.number}`, `/api/v1/premises/${id}`, `/api/v1/premises/${id}/history`);
  if (one.hazard) paths.push(one.hazard, `${one.hazard}/history`, `${one.hazard}/do/report`);
  for (const path of paths) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    assert.ok([403, 404].includes(answer.status()), `${path}: ${answer.status()}`);
    const text = await answer.text();
    assert.ok(!text.includes(one.name), `${path} names it`);
  }
  assert.equal((await page.goto(one.path)).status(), 404);
  for (const path of ['/l/premises?limit=100', `/l/premises?q=${encodeURIComponent(one.name)}`, `/search?q=${encodeURIComponent(one.name)}`,
    `/search?q=${one.number}`, `/l/premises/pick?x=${encodeURIComponent(one.name)}`, '/', '/l/hazard?limit=100', '/l/duty?limit=100',
    `/api/v1/premises?q=${encodeURIComponent(one.name)}`]) {
    const body = await (await page.request.get(path)).text();
    const asked = path.includes('q=') ? 2 : 0; /* the words searched stand in the two search fields, in the title and in links */
    const lists = body.replace(/<(head|header|form|title|h1|nav)\b[\s\S]*?<\/\1>/g, '');
    assert.ok(!lists.includes(one.path), `${path} links to it`);
    if (!asked) assert.ok(!body.includes(one.name), `${path} names it`);
  }
}

export const journeys = {
  'a station finds nothing of another territory by any way': async (site) => {
    const one = await premisesOf(site, '西塘示例镇人民政府');
    const page = await site.login('fengzhan');
    await seesNothingOf(page, one);
  },

  'an enterprise finds nothing but its own': async (site) => {
    const one = await premisesOf(site, '南垅示例乡人民政府');
    const page = await site.login('hanchang');
    await seesNothingOf(page, one);
    await page.goto('/l/premises');
    assert.deepEqual(await page.locator('.sheet tbody td[data-label=Name]').allInnerTexts(), ['岳阳示例化工有限公司']);
  },

  'what was in scope is gone with the post under which it was seen': async (site) => {
    const one = await premisesOf(site, '西塘示例镇人民政府');
    const page = await site.login('chenanjian'), other = await site.login('fengzhan');
    assert.equal((await page.goto(one.path)).status(), 200);
    assert.equal((await other.goto(one.path)).status(), 404);
    await other.goto('/post');
    await other.getByText('西塘示例镇安全监管站').first().click();
    await other.waitForLoadState();
    assert.equal((await other.goto(one.path)).status(), 200);
  },

  'a form sent from outside of the scope changes nothing': async (site) => {
    const one = await premisesOf(site, '西塘示例镇人民政府');
    const page = await site.login('fengzhan');
    await page.goto('/l/premises/new');
    const csrf = await page.locator('form.form input[name=csrf]').inputValue();
    for (const end of ['/edit', '/withdraw']) {
      const answer = await page.request.post(one.path + end, { form: { csrf, version: '1', name: '示例改掉了', field: 'x' }, maxRedirects: 0 });
      assert.equal(answer.status(), 404, end);
    }
    const office = await site.login('zhouzhuren');
    await office.goto(one.path);
    assert.equal(await office.locator('h1').innerText(), one.name);
  },

  'the public gets the login page and nothing else': async (site) => {
    const one = await premisesOf(site, '西塘示例镇人民政府');
    const page = await (await site.context()).newPage();
    for (const path of ['/', '/l/premises', one.path, `${one.path}/edit`, '/search?q=1', '/who', '/log', '/settings', '/about', '/l/account']) {
      await page.goto(path);
      assert.equal(new URL(page.url()).pathname, '/login', path);
    }
    assert.equal((await page.request.get('/api/v1/premises')).status(), 401);
    assert.equal((await page.goto('/l/nonsense')).status(), 200, 'not even which addresses there are');
    assert.equal(new URL(page.url()).pathname, '/login');
  },
};
