// Keeps the sheet being typed in this browser until the server has it: a crash, an expired session
// or a lost connection lose nothing. A draft is named after the clerk, the bundle and the job, and
// is offered to nobody else.
//
// IndexedDB and not localStorage: a browser that is killed keeps the one, and loses the last
// seconds of the other.

const form = document.querySelector("[data-desk]");
const status = document.getElementById("key-status");
const discard = document.getElementById("discard");
const DAYS_KEPT = 7;
const STORE = "fogli";
// what stands on a sheet without being typed from it
const ASIDE = new Set(["csrf_token", "seen", "serial", "day"]);
let kept = null;
let store = null;

// ---- the store ------------------------------------------------------------------------------

const opened = new Promise((resolve) => {
  const request = indexedDB.open("gradimento", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  request.onsuccess = () => resolve(request.result);
  // a browser that keeps nothing: the form works without drafts
  request.onerror = () => resolve(null);
});
opened.then((database) => { store = database; });

function inStore(mode, work) {
  return new Promise((resolve) => {
    const transaction = store.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result ?? null);
    transaction.onabort = () => resolve(null);
    // handed over whole: the browser writes it though the page is left in this very moment
    transaction.commit();
  });
}

// handed over with the key itself, in the order of the keys: the last state is what stays
function write(work) {
  if (store) inStore("readwrite", work);
  else opened.then((database) => database && inStore("readwrite", work));
}

// ---- what is typed --------------------------------------------------------------------------

function nameOf(number) {
  return [form.dataset.draft, (number ?? "").replace(/\D/g, "").replace(/^0+/, "")];
}

function typedFields() {
  return [...new FormData(form)].filter(([name]) => name !== "csrf_token");
}

function keep() {
  const fields = typedFields();
  const isTyped = fields.some(([name, value]) => value && !ASIDE.has(name));
  const name = nameOf(form.elements.serial?.value);
  const before = kept;
  kept = isTyped ? name : null;
  const differs = before && String(before) !== String(kept);
  if (differs) write((sheets) => sheets.delete(before));
  if (isTyped) write((sheets) => sheets.put({ at: Date.now(), fields }, name));
}

function fill(fields) {
  for (const control of form.elements) {
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!control.name || control.name === "csrf_token") continue;
    if (control.matches("[type=radio], [type=checkbox]")) control.checked = values.includes(control.value);
    else if (values.length > 0) [control.value] = values;
  }
}

function forget() {
  if (kept) write(((name) => (sheets) => sheets.delete(name))(kept));
  kept = null;
  discard.hidden = true;
}

// ---- beginnings and ends --------------------------------------------------------------------

async function readAll() {
  if (!(await opened)) return [];
  const names = (await inStore("readonly", (sheets) => sheets.getAllKeys())) ?? [];
  const drafts = (await inStore("readonly", (sheets) => sheets.getAll())) ?? [];
  return names.map((name, place) => ({ name, ...drafts[place] }));
}

async function restore() {
  const oldest = Date.now() - DAYS_KEPT * 24 * 60 * 60 * 1000;
  const drafts = await readAll();
  for (const { name } of drafts.filter(({ at }) => at < oldest)) write((sheets) => sheets.delete(name));
  const mine = drafts.filter(({ name, at }) => name[0] === form.dataset.draft && at >= oldest);
  const latest = mine.sort((one, other) => other.at - one.at)[0];
  // a page that came back with what was sent, or on which somebody types already, keeps its own
  if (form.dataset.fresh === undefined || kept) return keep();
  if (!latest) return undefined;
  fill(latest.fields);
  kept = latest.name;
  const serial = form.elements.serial?.value || form.dataset.number || "";
  form.dispatchEvent(new Event("desk:restored"));
  status.dataset.tone = "note";
  status.textContent = form.dataset.restored.replace("{serial}", serial);
  discard.hidden = false;
  return undefined;
}

form.addEventListener("input", keep);
form.addEventListener("change", keep);
form.addEventListener("desk:saved", forget);
form.addEventListener("desk:discard", () => {
  forget();
  form.reset();
  form.dispatchEvent(new Event("desk:next"));
  status.dataset.tone = "note";
  status.textContent = form.dataset.discarded;
});
discard.addEventListener("click", () => form.dispatchEvent(new Event("desk:discard")));

restore().finally(() => {
  form.dataset.ready = "";
});
