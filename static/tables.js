/* tables.js — on a phone the rows of tables are cards (static/css/phone.css), and browsers no longer tell screen readers that they are rows.
 * The roles say it. On a desk nothing is needed. */
const phone = matchMedia('(max-width: 720px)');
const ROLES = [['thead, tbody', 'rowgroup'], ['tr', 'row'], ['td', 'cell'], ['th', 'columnheader'], ['th[scope="row"]', 'rowheader']];

function say() {
  if (!phone.matches) return;
  for (const table of document.querySelectorAll('table:not([role])')) {
    table.setAttribute('role', 'table');
    for (const [elements, role] of ROLES) for (const e of table.querySelectorAll(elements)) e.setAttribute('role', role);
  }
}

say();
phone.addEventListener('change', say);
document.addEventListener('htmx:afterSettle', say);
