/* once.js — a form that posts is sent once, however often its button is pressed.
 *
 * Saves people from waiting twice; that a second sending makes no second record is the server's work, by the key in the form.
 */
const PATIENCE = 10000; /* milliseconds until a button may be pressed again when no answer came */

function release(form) {
  delete form.dataset.sent;
  for (const b of form.querySelectorAll('[aria-disabled="true"]')) b.removeAttribute('aria-disabled');
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
  if (event.submitter) event.submitter.setAttribute('aria-disabled', 'true');
  setTimeout(release, PATIENCE, form);
});

/* A page that comes back from the browser's memory is as it was left. */
window.addEventListener('pageshow', (event) => {
  if (event.persisted) document.querySelectorAll('form[data-sent]').forEach(release);
});
