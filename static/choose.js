/* choose.js — choosing rows of a list: their boxes, a range with Shift, all of the page; the bar with what may be done to them.
 *
 * Without script the bar stands under the list; with it the bar comes up when something is chosen and shows only what is possible
 * for one of those chosen at least. Keys: x or the space bar for the row that j and k have come to, Shift for all from the last one.
 */
const forms = () => document.querySelectorAll('form[data-choose]');
const boxes = (form) => [...form.querySelectorAll('tbody input[name="ids"]')];
let last = null; /* the box that was pressed last: where a range begins */

function show(form) {
  const all = boxes(form), chosen = all.filter((b) => b.checked);
  const count = form.querySelector('.bulk-count');
  for (const b of all) b.closest('tr').classList.toggle('chosen', b.checked);
  for (const b of form.querySelectorAll('[data-all]')) {
    b.checked = chosen.length === all.length;
    b.indeterminate = chosen.length > 0 && !b.checked;
  }
  for (const b of form.querySelectorAll('button[name="do"]')) {
    const states = b.dataset.states.split(' ').filter(Boolean);
    b.hidden = states.length > 0 && !chosen.some((c) => states.includes(c.dataset.state));
  }
  count.textContent = count.dataset.words.replace('%n', chosen.length);
  form.classList.toggle('choosing', chosen.length > 0);
}

function press(box, checked, range) {
  const all = boxes(box.form), from = range && last && last.form === box.form ? all.indexOf(last) : -1, to = all.indexOf(box);
  for (let i = Math.min(from < 0 ? to : from, to); i <= Math.max(from, to); i++) all[i].checked = checked;
  last = box;
  show(box.form);
}

document.addEventListener('click', (event) => {
  const cell = event.target.closest('form[data-choose] td.c-box');
  const box = cell && cell.querySelector('input[name="ids"]');
  if (!box) return;
  if (event.target !== box) box.checked = !box.checked;
  press(box, box.checked, event.shiftKey);
});

document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (!form || !('choose' in form.dataset)) return;
  if ('all' in event.target.dataset) for (const b of boxes(form)) b.checked = event.target.checked;
  show(form);
});

document.addEventListener('reset', (event) => {
  if ('choose' in event.target.dataset) setTimeout(show, 0, event.target);
});

document.addEventListener('keydown', (event) => {
  const at = document.querySelector('form[data-choose] tr.at');
  if (!at || !['x', 'X', ' '].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest('input:not([name="ids"]), button, textarea, select, summary, dialog')) return;
  const box = at.querySelector('input[name="ids"]');
  event.preventDefault();
  press(box, !box.checked, event.shiftKey);
});

/* A page that comes back from the browser's memory keeps its boxes. */
window.addEventListener('pageshow', () => forms().forEach(show));
document.addEventListener('htmx:afterSettle', () => forms().forEach(show));
