/* unsaved.js — asks before a page is left on which a form with data-unsaved was changed and not sent. The words are the browser's. */
const changed = new Set();

document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form && 'unsaved' in form.dataset) changed.add(form);
});

document.addEventListener('submit', (event) => {
  if (!event.defaultPrevented) changed.delete(event.target);
});

window.addEventListener('beforeunload', (event) => {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
  if (changed.size === 0 && !document.querySelector('form[data-unsaved="already"]:not([data-sent])')) return;
  event.preventDefault();
  event.returnValue = '';
});
