// Keeps an open page fresh. Everything works without it: the page then loads itself again now and then.
// The words are those of src/domain/job-words.ts and ../job-parts.tsx; test/http/pages/live-script.test.ts holds the two to each other.

const PARTS = ['succeeded', 'skipped', 'failed'];
const ENDED = ['done', 'cancelled', 'failed', 'rejected'];
const RELOAD_MS = 5_000;
const ANNOUNCE_PERCENT = 10;

const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const percentOf = (total, remaining) => (total === 0 ? 100 : Math.floor(((total - remaining) / total) * 100));

function rateInWords(perSecond) {
  if (perSecond === null || perSecond === 0) return '';
  if (perSecond >= 10) return `about ${grouped(Math.round(perSecond))} per second`;
  if (perSecond >= 1) return `about ${perSecond.toFixed(1)} per second`;
  return `about ${perSecond * 60 >= 10 ? Math.round(perSecond * 60) : (perSecond * 60).toFixed(1)} per minute`;
}

function etaInWords(eta, nowMs) {
  if (eta === null) return '';
  const latest = (Date.parse(eta.latest) - nowMs) / 1_000;
  const earliest = Math.max(0, (Date.parse(eta.earliest) - nowMs) / 1_000);
  if (latest <= 1) return 'done any moment now';
  const [size, unit] = latest < 100 ? [1, 's'] : latest < 6_000 ? [60, 'min'] : [3_600, 'h'];
  const [low, high] = [Math.floor(earliest / size), Math.ceil(latest / size)];
  if (low === 0) return `done within ${high} ${unit}`;
  return low === high ? `done in about ${high} ${unit}` : `done in ${low} to ${high} ${unit}`;
}

function reasonInWords(reason) {
  const text = (reason ?? '').replace(/\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 UTC');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function durationInWords(from, to) {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
  if (seconds === 0) return 'less than a second';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const STEP_STATE_WORDS = {
  waiting: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  skipped: 'Left out',
};

function setText(selector, text) {
  for (const element of document.querySelectorAll(selector)) {
    if (element.textContent !== text) element.textContent = text;
  }
}

const announce = (text) => setText('#announcer', text);

/** Writes a job, as the API answers it, into the page. */
function showNumbers(job) {
  const { total, remaining } = job;
  const percent = percentOf(total, remaining);
  const done = `${grouped(total - remaining)} of ${grouped(total)} done`;
  setText('[data-live=share]', `${percent} %`);
  setText('[data-live=done]', done);
  setText('[data-live=rate]', rateInWords(job.rate_per_second));
  setText('[data-live=eta]', etaInWords(job.eta, Date.now()));
  setText('[data-live=reason]', reasonInWords(job.reason));
  for (const name of [...PARTS, 'remaining']) setText(`[data-count=${name}]`, grouped(job[name]));
  const bar = document.querySelector('#job .progress');
  bar.setAttribute('aria-valuenow', String(percent));
  bar.setAttribute('aria-valuetext', `${percent} %, ${done}`);
  let x = 0;
  for (const part of PARTS) {
    const rect = bar.querySelector(`rect.${part}`);
    const width = total === 0 ? 0 : (job[part] / total) * 1_000;
    rect.setAttribute('x', String(Math.round(x * 10) / 10));
    rect.setAttribute('width', String(Math.round(width * 10) / 10));
    x += width;
  }
  return percent;
}

function showSteps(steps) {
  for (const { name, state, started_at: from, finished_at: to, message } of steps) {
    const step = [...document.querySelectorAll('[data-step]')].find((each) => each.dataset.step === name);
    if (step === undefined) continue;
    const isThrough = from !== null && to !== null && state !== 'skipped';
    const words = {
      state: STEP_STATE_WORDS[state],
      took: isThrough ? durationInWords(from, to) : '',
      note: message ?? '',
    };
    step.className = `step ${state}`;
    for (const [part, text] of Object.entries(words)) {
      const element = step.querySelector(`.${part}`);
      if (element.textContent !== text) element.textContent = text;
    }
  }
}

/** Fetches the page again and takes over its main part; what had the focus keeps it. */
async function renew() {
  const answer = await fetch(location.pathname);
  if (answer.status >= 500) throw new Error(`the page answers ${answer.status}`);
  // Signed out meanwhile, or gone: the browser shows what there is now.
  if (answer.redirected || !answer.ok) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = document.querySelector('#main');
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  main.replaceChildren(...fresh.querySelector('#main').childNodes);
  document.title = fresh.title;
  if (focused !== null && focused !== main) (document.getElementById(focused.id) ?? main.querySelector('h1')).focus();
}

/** Follows the events of a job until it has ended; each holds the whole job. */
function follow(path) {
  let told = 0;
  let renewing = Promise.resolve();
  let exceptionsAt = 0;
  const source = new EventSource(path);

  const later = () => {
    source.close();
    setTimeout(() => void renew().then(watch, later), RELOAD_MS);
  };
  const show = async (job) => {
    const page = document.querySelector('#job');
    if (page.dataset.state !== job.state || (page.dataset.total === '') !== (job.total === null)) {
      await renew();
      announce(`The job is ${job.state} now.`);
      return;
    }
    if (job.total === null) {
      setText('[data-live=reason]', reasonInWords(job.reason));
      return;
    }
    showSteps(job.steps);
    const percent = showNumbers(job);
    if (percent >= told + ANNOUNCE_PERCENT) {
      told = percent - (percent % ANNOUNCE_PERCENT);
      announce(`${told} % done`);
    }
    // The list of failures grows too, but nobody reads along at the pace of events.
    if (
      document.querySelector('.items') === null &&
      job.failed + job.skipped > 0 &&
      Date.now() - exceptionsAt > RELOAD_MS
    ) {
      exceptionsAt = Date.now();
      await renew();
    }
  };
  const onEvent = ({ data }) => {
    const job = JSON.parse(data);
    if (ENDED.includes(job.state)) source.close();
    renewing = renewing.then(() => show(job)).catch(later);
  };
  source.addEventListener('message', onEvent);
  source.addEventListener('job', onEvent);
  // The browser connects again by itself, unless it was told no.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) later();
  });
}

/** A page without events of its own is fetched again now and then, unless somebody is at work in it or looks away. */
function refresh(seconds) {
  setTimeout(() => {
    const busy = document.hidden || document.querySelector('#main').contains(document.activeElement);
    void (busy ? Promise.resolve() : renew()).catch(() => undefined).then(watch);
  }, seconds * 1_000);
}

function watch() {
  const events = document.querySelector('#job')?.dataset.events;
  const seconds = document.querySelector('[data-refresh-seconds]')?.dataset.refreshSeconds;
  if (events !== undefined) follow(events);
  else if (seconds !== undefined) refresh(Number(seconds));
}

watch();
