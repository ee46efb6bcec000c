/* rows.js — a press anywhere on a row of a list opens its record, as the link in it does; selecting text or pressing a control does not. */
document.addEventListener('click', (event) => {
  const row = event.target.closest('[data-rows] tbody tr');
  if (!row || event.target.closest('a, button, input, select, label, summary, .c-box') || String(getSelection())) return;
  const link = row.querySelector('.c-title a, a');
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, '_blank', 'noopener');
  else link.click();
});
