/* upload.js — a large file on its way: how much of it has been sent. Small ones, and browsers without script, send the form as it is.
 *
 * The server answers as to any form: with the way to the next page, or with this page and what was wrong, whose main part is shown.
 */
const LARGE = 1 << 20; /* bytes; less is there before a bar could be read */

function fail(form) {
  form.querySelector('[data-sending]').hidden = true;
  delete form.dataset.sending;
  delete form.dataset.sent;
  for (const b of form.querySelectorAll('[aria-disabled="true"]')) b.removeAttribute('aria-disabled');
  const alert = document.createElement('p');
  alert.className = 'alert t-bad';
  alert.setAttribute('role', 'alert');
  alert.textContent = document.getElementById('dialogs').dataset.failed;
  document.getElementById('notices').replaceChildren(alert);
}

function show(page) {
  const main = new DOMParser().parseFromString(page, 'text/html').querySelector('main');
  document.querySelector('main').replaceWith(main);
}

function send(form, submitter) {
  const place = form.querySelector('[data-sending]'), bar = place.querySelector('progress'), told = place.querySelector('output');
  const request = new XMLHttpRequest();
  request.upload.addEventListener('progress', (event) => {
    bar.max = event.total;
    bar.value = event.loaded;
    told.textContent = `${Math.floor((100 * event.loaded) / event.total)} %`;
  });
  request.addEventListener('load', () => {
    if (request.status < 400) location.assign(request.responseURL);
    else if (/^text\/html/.test(request.getResponseHeader('Content-Type'))) show(request.responseText);
    else fail(form);
  });
  request.addEventListener('error', () => fail(form));
  form.dataset.sending = '1';
  place.hidden = false;
  request.open('POST', form.action);
  request.send(new FormData(form, submitter));
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!('upload' in form.dataset) || (event.defaultPrevented && !form.dataset.sending)) return;
  const file = form.querySelector('input[type="file"]').files[0];
  if (!file || file.size < LARGE) return;
  event.preventDefault();
  if (!form.dataset.sending) send(form, event.submitter);
});
