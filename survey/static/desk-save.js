// Saves a sheet without leaving the page, and lays the next one under the clerk's fingers. What is
// pressed while the server answers waits its turn. Without this module the form is sent as any
// other, and the next page follows.

const form = document.querySelector("[data-desk]");
const status = document.getElementById("key-status");
const save = document.getElementById("save-sheet");
const pace = document.getElementById("key-pace");
const link = document.getElementById("fix-last");
const { serial } = form.elements;
const PACE_MEMORY = `gradimento-passo:${form.dataset.draft}`;
// what is to be said on the page that follows
const WORDS_MEMORY = "gradimento-detto";
const FEWEST = 5;
const MOST = 30;
const PAUSE = 5 * 60 * 1000;
// a second Enter this soon after the first, and nothing between, is the bounce of a finger
const BOUNCE = 350;
let waiting = [];
let savedAt = -Infinity;

function say(words, tone) {
  status.dataset.tone = tone ?? "";
  // a message told twice must be read twice
  status.textContent = words === status.textContent ? `${words}\u00a0` : words;
}

// ---- how fast it goes: known to this tab alone -----------------------------------------------

function moments() {
  return JSON.parse(sessionStorage.getItem(PACE_MEMORY) ?? "[]");
}

// sheets an hour over the last ones, pauses left out
function rate() {
  const times = moments();
  const gaps = times.slice(1).map((time, place) => time - times[place]).filter((gap) => gap < PAUSE);
  if (times.length <= FEWEST || gaps.length === 0) return null;
  return Math.round((3600 * 1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0));
}

function showPace() {
  if (!pace) return;
  const { done, total, paceSheet, paceAll, paceRate, paceLeft } = form.dataset;
  const left = Number(total) - Number(done) - 1;
  const words = left < 0
    ? [paceAll.replace("{done}", done).replace("{total}", total)]
    : [paceSheet.replace("{number}", Number(done) + 1).replace("{total}", total)];
  if (rate()) words.push(paceRate.replace("{rate}", rate()));
  if (left >= 0) words.push(paceLeft.replace("{left}", left));
  pace.textContent = words.join(" · ");
}

// ---- going on -------------------------------------------------------------------------------

function layNext(told) {
  form.reset();
  form.elements.csrf_token.value = told.token;
  const { day } = form.elements;
  for (const [field, value] of [[serial, told.serial], [day, told.day]]) {
    if (field) field.value = field.defaultValue = value;
  }
  form.dataset.keyed = told.keyed.map(([first, last]) => `${first}-${last}`).join(" ");
  form.dataset.done = told.done;
  form.dataset.total = told.total;
  if (link && told.last) {
    link.href = told.last;
    document.getElementById("fix-words").textContent = link.dataset.last;
  }
  history.replaceState(null, "", told.next);
  sessionStorage.setItem(PACE_MEMORY, JSON.stringify([...moments(), Date.now()].slice(-MOST)));
  showPace();
  form.dispatchEvent(new Event("desk:next"));
}

function accept(told) {
  form.dispatchEvent(new Event("desk:saved"));
  if (form.dataset.fresh === undefined || told.serial === undefined) {
    sessionStorage.setItem(WORDS_MEMORY, told.message);
    location.assign(told.next);
    return;
  }
  layNext(told);
  free();
  say(told.message, "good");
  savedAt = performance.now();
  replay();
}

function free() {
  delete form.dataset.busy;
}

function fail(words) {
  free();
  waiting = [];
  save.focus();
  say(words);
}

// a refusal is a page of its own, and so is the sign-in: the browser goes there by itself
function refuse(response) {
  const isAway = response.redirected || response.status === 400 || response.status === 401;
  if (isAway) location.assign(form.action);
  else if (response.status >= 500) fail(form.dataset.failed);
  else form.submit();
}

async function send() {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const isTold = response.ok && response.headers.get("Content-Type")?.startsWith("application/json");
    if (isTold) accept(await response.json());
    else refuse(response);
  } catch {
    fail(form.dataset.offline);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  waiting = [];
  say(form.dataset.saving, "quiet");
  send();
});
window.addEventListener("pageshow", free);

// ---- what is pressed meanwhile ----------------------------------------------------------------

function hold(event) {
  if (event.key !== "Enter") savedAt = -Infinity;
  const isBounce = event.key === "Enter" && performance.now() - savedAt < BOUNCE && event.isTrusted;
  if (!form.dataset.busy && !isBounce) return;
  const isTyping = !event.ctrlKey && !event.altKey && !event.metaKey && event.key.length === 1;
  if (form.dataset.busy && isTyping && !event.repeat) waiting.push(event.key);
  event.preventDefault();
  event.stopPropagation();
}

function replay() {
  const keys = waiting;
  waiting = [];
  for (const key of keys) {
    const target = document.activeElement;
    const untouched = target.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
    if (untouched && target.matches("input[type=text], textarea")) {
      target.setRangeText(key, target.selectionStart, target.selectionEnd, "end");
      target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

document.addEventListener("keydown", hold, true);
showPace();
const words = sessionStorage.getItem(WORDS_MEMORY);
if (words) say(words, "good");
sessionStorage.removeItem(WORDS_MEMORY);
