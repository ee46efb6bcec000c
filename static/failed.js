/* failed.js — what htmx fetches instead of a page may fail; then the page is asked for as a whole, so that its error can be read.
 *
 * What is fetched again and again (jobs) says so once and goes on trying; offers under a field are left out in silence.
 */
function say(text) {
  const place = document.getElementById('notices');
  if (place.querySelector('[data-failed]')) return;
  const alert = document.createElement('p');
  alert.className = 'alert t-bad';
  alert.setAttribute('role', 'alert');
  alert.dataset.failed = '';
  alert.textContent = text;
  place.append(alert);
}

function failed(event) {
  const { elt, pathInfo, boosted, requestConfig } = event.detail;
  if (elt.matches('input')) return;
  if (boosted && requestConfig.verb === 'get' && event.type === 'htmx:responseError') location.assign(pathInfo.finalRequestPath);
  else say(document.getElementById('dialogs').dataset.failed);
}

document.addEventListener('htmx:responseError', failed);
document.addEventListener('htmx:sendError', failed);
document.addEventListener('htmx:afterSwap', () => {
  for (const old of document.querySelectorAll('#notices [data-failed]')) old.remove();
});
