/* tour.mjs — every page that there is, and who looks at it: for the checks of pages.journey.mjs and for shots.mjs.
 *
 * A stop is [name, path] or [name, function that brings the page there]. `tour(site)` knows the records of the made-up district.
 */
const first = async (page, list) => {
  await page.goto(list);
  return page.locator('.sheet tbody a').first().getAttribute('href');
};
const press = async (page, selector) => {
  await page.locator(selector).first().click();
  await page.waitForLoadState();
};

export async function tour(site) {
  const scout = await site.login('zhouzhuren');
  const premises = await first(scout, '/l/premises?q=%E5%8C%96%E5%B7%A5'), hazard = await first(scout, '/l/hazard?where=state+%3D+accepted');
  const open = await first(scout, '/l/hazard?where=state+%3D+open'), person = await first(scout, '/l/person');
  const owner = await site.login('hanchang'), mine = await first(owner, '/l/premises');
  const keeper = await site.login('guanli');
  const account = await first(keeper, '/l/account');
  await scout.context().close();
  await owner.context().close();
  await keeper.context().close();
  const full = (page) => page.goto('/l/premises?where=risk_colour+%3D+red&where=name+~+%E5%B2%B3%E9%98%B3&sort=name&edit=categories');
  const bulk = async (page) => {
    await page.goto('/l/hazard?where=state+%3D+open');
    await page.locator('tbody input[name=ids]').first().check();
    await press(page, 'button[value="do.report"]');
  };
  return {
    '': [
      ['login', '/login'],
      ['login-wrong', async (page) => {
        await page.goto('/login');
        await page.fill('#name', 'nobody');
        await page.fill('#password', 'wrong');
        await press(page, 'main button[type=submit]');
      }],
    ],
    zhouzhuren: [
      ['home', '/'], ['search', '/search?q=%E5%AE%BE%E9%A6%86'], ['search-nothing', '/search?q=zzzz'],
      ['list-premises', '/l/premises'], ['list-hazard', '/l/hazard'], ['list-duty', '/l/duty'], ['list-conditions', full],
      ['bulk', bulk], ['list-nothing', '/l/premises?q=zzzz'], ['list-empty', '/l/accident'],
      ['record-premises', premises], ['record-hazard', hazard], ['record-person', person], ['history', `${premises}/history`],
      ['form-new', '/l/hazard/new'], ['form-edit', `${premises}/edit`], ['form-verb', `${open}/do/report`], ['verb-refused', `${hazard}/do/report`],
      ['form-errors', async (page) => {
        await page.goto('/l/hazard/new');
        await page.fill('#f-premises', 'zzzz');
        await page.fill('#f-description', '示例');
        await page.selectOption('#f-grade', { index: 1 });
        await page.fill('#f-found_on', '2026-11-20');
        await press(page, '.form-end button[type=submit]');
      }],
      ['withdraw', `${open}/withdraw`], ['merge', `${premises}/merge`], ['duplicates', '/l/premises/duplicates'],
      ['who', '/who'], ['sheets', '/sheets'], ['duties', '/duties?of=units'], ['account', '/account'], ['settings', '/settings'], ['help', '/help'], ['keys', '/help/keyboard'], ['about', '/about'],
      ['api', '/api'], ['jobs', '/jobs'], ['import', '/l/premises/import'],
      ['not-found', '/l/nonsense'], ['forbidden', '/log'],
    ],
    fengzhan: [['post', '/post'], ['home-station', '/'], ['inbox', '/inbox'], ['list-station', '/l/premises']],
    hanchang: [['home-enterprise', '/'], ['record-enterprise', mine]],
    shenji: [['home-auditor', '/'], ['log', '/log'], ['logins', '/log/logins']],
    quanxian: [['rights', '/rights'], ['list-post', '/l/post']],
    guanli: [['home-system', '/'], ['list-account', '/l/account'], ['record-account', account], ['reset', `${account}/do/reset`], ['outbox', '/outbox']],
  };
}

export const visit = (page, stop) => (typeof stop === 'string' ? page.goto(stop) : stop(page));
