/* bulk.journey.mjs — several rows of a list at once: chosen by mouse and by keyboard, done, and what could not be done is told. */
import assert from 'node:assert/strict';

const chosen = (page) => page.locator('tbody input[name=ids]:checked').count();
const count = (page) => page.locator('.bulk-count').innerText();

async function report(page) {
  await page.getByRole('button', { name: 'Report rectified' }).click();
  await page.fill('#f-rectified_by', '示例整改人');
  await page.locator('.form-end button[type=submit]').click();
  await page.locator('.alert').waitFor();
}

export const journeys = {
  'rows are chosen one by one, as a range and all together, by mouse and by keys': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/hazard');
    const box = (n) => page.locator('tbody input[name=ids]').nth(n);
    assert.equal(await page.locator('.bulk').isVisible(), false);
    await box(1).click();
    assert.equal(await count(page), '1 chosen');
    await box(4).click({ modifiers: ['Shift'] });
    assert.equal(await count(page), '4 chosen');
    await page.locator('thead [data-all]').click();
    assert.equal(await chosen(page), 50);
    await page.getByRole('button', { name: 'Clear selection' }).click();
    assert.equal(await chosen(page), 0);
    await page.locator('.bulk').waitFor({ state: 'hidden' });
    for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key);
    assert.equal(await count(page), '3 chosen');
    await page.keyboard.press(' ');
    assert.equal(await count(page), '2 chosen');
  },

  'the bar offers what is possible for those chosen, and one verb goes to all of them': async (site) => {
    const page = await site.login('zhouzhuren');
    await page.goto('/l/hazard?where=state+%3D+accepted');
    await page.locator('thead [data-all]').click();
    assert.equal(await page.getByRole('button', { name: 'Report rectified' }).count(), 0, 'not possible in this state');
    await page.goto('/l/hazard?where=state+%3D+open');
    const numbers = await page.locator('tbody td[data-label=Number]').allInnerTexts();
    await page.locator('tbody input[name=ids]').nth(0).click();
    await page.locator('tbody input[name=ids]').nth(1).click();
    await report(page);
    assert.match(await page.locator('.alert').innerText(), /All 2 are done/);
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.waitForURL(/where=state/);
    const left = await page.locator('tbody td[data-label=Number]').allInnerTexts();
    assert.ok(!left.includes(numbers[0]) && !left.includes(numbers[1]) && left.includes(numbers[2]));
  },

  'several rows at once work without script, and those that cannot go say why': async (site) => {
    const page = await site.login('zhouzhuren', { script: false });
    const other = await site.login('zhouzhuren');
    await page.goto('/l/hazard?where=state+%3D+open');
    await page.locator('tbody input[name=ids]').nth(0).check();
    await page.locator('tbody input[name=ids]').nth(1).check();
    const first = await page.locator('tbody td[data-label=Number] a').first().getAttribute('href');
    await page.getByRole('button', { name: 'Report rectified' }).click();
    await other.goto(`${first}/do/report`); /* somebody else is quicker with one of them */
    await other.fill('#f-rectified_by', '示例他人');
    await other.locator('.form-end button[type=submit]').click();
    await other.waitForURL(/\/l\/hazard\/\d+$/);
    await page.fill('#f-rectified_by', '示例整改人');
    await page.locator('.form-end button[type=submit]').click();
    assert.match(await page.locator('.alert').innerText(), /1 done, 1 not/);
    assert.match(await page.locator('.sheet').first().innerText(), /Somebody else has changed/);
  },
};
