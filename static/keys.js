/* keys.js — work by keyboard: j and k go through the rows of a list, Enter opens one, and elements with data-key="x" take the key x.
 *
 * Keys do nothing while something is typed, nor together with Ctrl, Alt or Meta. /help/keyboard lists them.
 */
function typing(target) {
  return target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select, dialog, [contenteditable]');
}

/* Move the mark by `step` rows and bring the focus to the row's link, so that Enter opens it. */
function move(step) {
  const rows = [...document.querySelectorAll('[data-rows] tbody tr')];
  if (rows.length === 0) return;
  const now = rows.findIndex((r) => r.classList.contains('at'));
  const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1);
  if (now >= 0) rows[now].classList.remove('at');
  rows[next].classList.add('at');
  const link = rows[next].querySelector('.c-title a, a');
  if (link) link.focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: 'nearest' });
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches('input, select, textarea')) {
    target.focus();
    if (target.select) target.select();
  } else {
    target.click();
  }
  return true;
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
  if (event.key === 'j') move(1);
  else if (event.key === 'k') move(-1);
  else if (!press(event.key)) return;
  event.preventDefault();
});
