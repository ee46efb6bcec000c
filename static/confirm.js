/* confirm.js — asks before a form with data-confirm is sent, in a <dialog> on the page.
 *
 * The server asks too: a POST that cannot be taken back and lacks `sure=1` is answered by a page that asks. The dialog saves that
 * way round by adding the field. Words come from #dialogs in the page.
 */
const words = () => document.getElementById('dialogs').dataset;

function button(text, value, kind) {
  const b = document.createElement('button');
  b.className = kind;
  b.value = value;
  b.textContent = text;
  return b;
}

function ask(question, done) {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  const form = document.createElement('form');
  form.method = 'dialog';
  const text = document.createElement('p');
  text.textContent = question;
  text.id = 'dialog-text';
  dialog.setAttribute('aria-labelledby', text.id);
  const row = document.createElement('div');
  row.className = 'dialog-verbs';
  row.append(button(words().no, 'no', 'btn'), button(words().yes, 'yes', 'btn btn-primary'));
  form.append(text, row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue === 'yes') done();
  });
  dialog.showModal();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
  if (!question || form.elements.sure || typeof HTMLDialogElement === 'undefined') return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  ask(question, () => {
    const sure = document.createElement('input');
    sure.type = 'hidden';
    sure.name = 'sure';
    sure.value = '1';
    form.append(sure);
    form.requestSubmit(submitter);
  });
}, true);
