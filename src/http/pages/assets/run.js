// Keeps the page of a run fresh, part by part, so that whoever reads, scrolls or fills in a form there is not disturbed.
// Everything works without it: the page then loads itself again now and then.

const LOOK_MS = 3_000;
/** Of the looks, only each third is taken where events tell most of it. */
const LOOKS_LEFT_OUT = 3;
const LEAST_PAUSE_MS = 300;

const partsOf = (page) => new Map([...page.querySelectorAll('[data-part]')].map((part) => [part.id, part]));
const announce = (text) => (document.querySelector('#announcer').textContent = text);

/** The parts as they were fetched last: what people do to them since does not count. */
const fetched = new Map([...partsOf(document)].map(([id, part]) => [id, part.outerHTML]));

function isTouched(part) {
  const fields = [...part.querySelectorAll('input, textarea, select')];
  return fields.some((field) => {
    if (field === document.activeElement) return true;
    if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
    if (field.options === undefined) return field.value !== field.defaultValue;
    return [...field.options].some(
      (option, at) =>
        option.selected !== (option.defaultSelected || (at === 0 && field.querySelector('[selected]') === null)),
    );
  });
}

/** The form at which somebody is at work stays, unless there is nothing to answer there any more. */
function isInUse(part, fresh) {
  if (!isTouched(part)) return false;
  const forms = [...part.querySelectorAll('.approval')].filter(isTouched);
  return forms.length === 0
    ? fresh.querySelector('form') !== null
    : forms.every(({ id }) => fresh.querySelector(`#${CSS.escape(id)}`) !== null);
}

function takeOver(part, fresh) {
  const focusedId = part.contains(document.activeElement) ? document.activeElement.id : null;
  const open = [...part.querySelectorAll('details[open]')].map(({ id }) => id);
  for (const { name } of [...part.attributes]) if (!fresh.hasAttribute(name)) part.removeAttribute(name);
  for (const { name, value } of fresh.attributes) part.setAttribute(name, value);
  part.replaceChildren(...fresh.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focusedId !== null) (document.getElementById(focusedId) ?? document.querySelector('h1')).focus();
}

function tell(id, part) {
  if (id === 'status') announce(`The run is ${part.textContent.toLowerCase()} now.`);
  else if (id === 'approvals' && part.querySelector('.approval') !== null) announce('A node waits for a decision.');
}

/** Fetches the page again and takes over what has changed; answers whether the run goes on. */
async function renew() {
  const answer = await fetch(location.pathname + (location.search.includes('messages=all') ? '?messages=all' : ''));
  if (answer.status >= 500) return true;
  // Signed out meanwhile, or gone: the browser shows what there is now.
  if (answer.redirected || !answer.ok) {
    location.reload();
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const parts = partsOf(document);
  for (const [id, fresh] of partsOf(page)) {
    const part = parts.get(id);
    const html = fresh.outerHTML;
    if (part === undefined || fetched.get(id) === html || isInUse(part, fresh)) continue;
    fetched.set(id, html);
    takeOver(part, fresh);
    tell(id, part);
  }
  document.title = page.title;
  return page.querySelector('#run')?.dataset.follow !== undefined;
}

function follow(events) {
  let isWanted = false;
  let isAtWork = false;
  let goesOn = true;
  const source = events === undefined ? null : new EventSource(events);

  /** However many events come, the page is fetched one time after another, and large ones less often. */
  const look = async () => {
    isWanted = true;
    if (isAtWork) return;
    isAtWork = true;
    while (isWanted && goesOn) {
      isWanted = false;
      const began = performance.now();
      goesOn = await renew().catch(() => true);
      const tookMs = performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, Math.max(LEAST_PAUSE_MS, 3 * tookMs)));
    }
    isAtWork = false;
    if (goesOn) return;
    source?.close();
    clearInterval(timer);
  };
  source?.addEventListener('message', look);
  // Not everything that becomes of a node is an event; without events nothing is.
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    const isTold = source !== null && source.readyState !== EventSource.CLOSED;
    if (!document.hidden && (!isTold || ticks % LOOKS_LEFT_OUT === 0)) void look();
  }, LOOK_MS);
}

// Boxes of the picture lead to the rows of their nodes, as the links in the list do.
document.addEventListener('click', ({ target }) => {
  const node = target.closest?.('.graph [data-node]')?.dataset.node;
  if (node === undefined) return;
  location.hash = `node-${node}`;
  document.getElementById(`node-${node}`)?.focus();
});

const run = document.querySelector('#run')?.dataset;
if (run?.follow !== undefined) follow(run.events);
