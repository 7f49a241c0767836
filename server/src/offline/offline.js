// The page that stands in for all others without a network: what this browser keeps for the person who used it last. The
// shapes are those of `app/domains/workflows/src/parts/recent.rs` and `app/ui/src/waiting.rs`.
const kept = document.getElementById('kept');

const read = (place) => {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? [];
  } catch {
    return [];
  }
};

const add = (parent, name, text, className) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
};

const member = localStorage.getItem('mediap-member');
const waiting = read(`mediap-waiting-${member}`);
if (waiting.length !== 0) {
  add(kept, 'h2', waiting.length === 1 ? 'One change waits here' : `${waiting.length} changes wait here`);
  add(kept, 'p', 'It is sent as soon as a page of Mediap opens again.', 'offline-note');
  const list = add(kept, 'ul', '', 'offline-waiting');
  for (const { what, words } of waiting) add(list, 'li', words ? `${what}: “${words}”` : what);
}

const recent = read(`mediap-recent-${member}`);
if (recent.length !== 0) {
  add(kept, 'h2', 'What you looked at last');
  add(kept, 'p', 'As it was then. It goes from this browser when you log out.', 'offline-note');
  const list = add(kept, 'ul', '', 'offline-items');
  for (const { key, title, step, assignee, due, facts } of recent) {
    const details = add(add(list, 'li'), 'details');
    const summary = add(details, 'summary');
    add(summary, 'span', key, 'offline-key');
    add(summary, 'span', title, 'offline-title');
    add(summary, 'span', step, 'offline-step');
    const table = add(details, 'dl');
    for (const [label, value] of [['Assignee', assignee], ['Due', due], ...facts]) {
      if (!value) continue;
      add(table, 'dt', label);
      add(table, 'dd', value);
    }
  }
}
kept.hidden = kept.childElementCount === 0;

// A browser that is back in a network may still not reach the server, so the server is asked until it answers.
const FIRST = 1_000;
const LONGEST = 30_000;
let pause = FIRST;
let next;

function later() {
  clearTimeout(next);
  next = setTimeout(goOn, pause);
  pause = Math.min(2 * pause, LONGEST);
}

async function goOn() {
  const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
  if (answer?.ok) location.reload();
  else later();
}

addEventListener('online', () => {
  pause = FIRST;
  goOn();
});
if (navigator.onLine) later();
