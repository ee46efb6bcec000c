/* pick.js — choosing a field from "Add a condition" opens its editor at once; without script a button beside it does. */
document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (form && 'pick' in form.dataset && event.target.value) form.requestSubmit();
});

/* A checkbox that stands for all of its table. */
document.addEventListener('change', (event) => {
  if (!('all' in event.target.dataset)) return;
  for (const box of event.target.closest('table').querySelectorAll('tbody input[type="checkbox"]')) box.checked = event.target.checked;
});
