/* pick.js — choosing a field from "Add a condition" opens its editor at once; without script a button beside it does. */
document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (form && 'pick' in form.dataset && event.target.value) form.requestSubmit();
});
