/* poll.js — what looks again by itself (hx-trigger="every …") is not exchanged under the pointer: a button pressed at that moment would be
 * gone before it is let go, and the press lost. The next look is a second away.
 */
document.addEventListener('htmx:beforeSwap', (event) => {
  const { target } = event.detail;
  if (/^every /.test(target.getAttribute('hx-trigger')) && target.matches(':active')) event.detail.shouldSwap = false;
});
