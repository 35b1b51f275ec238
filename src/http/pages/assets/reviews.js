// Keys of the list of reviews; each does what a button or a box of the card at hand does without a script.
const cards = [...document.querySelectorAll('[data-review]')];
const isTyping = (target) => target.closest('input:not([type=checkbox]), textarea, select') !== null;
const cardAt = () => cards.findIndex((card) => card.contains(document.activeElement));

function step(by) {
  const at = cardAt();
  const next = at === -1 ? 0 : Math.min(Math.max(at + by, 0), cards.length - 1);
  cards[next]?.focus();
}

const within = (selector) => cards[cardAt()]?.querySelector(selector);
const deeds = {
  j: () => step(1),
  k: () => step(-1),
  a: () => within('button[value=approved]')?.click(),
  r: () => within('button[value=needs_revision]')?.click(),
  c: () => within('textarea')?.focus(),
  x: () => within('input[type=checkbox]')?.click(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape' && isTyping(event.target)) cards[cardAt()]?.focus();
  if (isTyping(event.target) || !Object.hasOwn(deeds, event.key)) return;
  event.preventDefault();
  deeds[event.key]();
});
