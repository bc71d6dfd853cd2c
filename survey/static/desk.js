// One key an answer. The page is a plain form without this module; it only adds keys.
//
// A question knows its boxes and each box the key that ticks it (data-cap). Focus is the only
// state: the current question is the one that holds it. What keeps drafts (desk-draft.js) and what
// saves (desk-save.js) hear of changes by the form's own events: input, change, and desk:*.

const form = document.querySelector("[data-desk]");
const status = document.getElementById("key-status");
const dialog = document.getElementById("keys");
const serial = document.getElementById("serial");
const save = document.getElementById("save-sheet");
const quick = document.getElementById("quick-keys");
const inOrder = document.getElementById("in-order");
const KEYS_MEMORY = "gradimento-tasti";
const PILE_MEMORY = `gradimento-pila:${form.dataset.draft}`;

const questions = [...form.querySelectorAll("[data-question]")];
// what the clerk walks through: the sheet's number, the questions, the reason, the button
const [head, ...after] = form.querySelectorAll("[data-stop]");
const stops = [head, ...questions, ...after, save];
let typed = "";
// the question for which a mark between two boxes was just announced
let halved = null;

// ---- words ----------------------------------------------------------------------------------

function tell(message, values = {}, tone = "") {
  status.dataset.tone = tone;
  const words = message.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  // a message told twice must be read twice
  status.textContent = words === status.textContent ? `${words}\u00a0` : words;
}

function keysOf(question) {
  const caps = [...question.querySelectorAll("[data-cap]")].map((box) => box.dataset.cap);
  return [...caps, form.dataset.enter].join(", ");
}

function refuse(question, key) {
  typed = "";
  tell(form.dataset.refused, { number: question.dataset.question, key, keys: keysOf(question) });
  question.classList.add("key-refused");
}

// ---- walking --------------------------------------------------------------------------------

function entryOf(stop) {
  if (stop === save) return save;
  if (stop === head) return serial ?? stop.querySelector("input");
  const written = stop.querySelector("input[type=text], textarea");
  return written ?? stop.querySelector("input[type=radio]:checked") ?? stop.querySelector("input");
}

function go(index) {
  const stop = stops[Math.max(0, Math.min(index, stops.length - 1))];
  const entry = entryOf(stop);
  entry.focus({ preventScroll: true });
  if (entry.matches("input[type=text]")) entry.select();
  stop.scrollIntoView({ block: "center" });
}

const goTo = (stop) => go(stops.indexOf(stop));

// the first question where the pile shows its next number, else the number
function begin() {
  if (!serial || (serial.value && inOrder.checked)) goTo(questions[0]);
  else goTo(head);
}

function leave(stop, step) {
  settle(stop);
  typed = "";
  status.textContent = "";
  stop.classList.remove("key-refused");
  go(stops.indexOf(stop) + step);
}

// ---- marks between two boxes ----------------------------------------------------------------

const halfOf = (stop) => stop.querySelector("[data-half]");

function isLower(question, box) {
  const codes = [...question.querySelectorAll("[data-cap]")].map((one) => one.value);
  return /^\d+$/.test(box?.value) && codes.some((code) => /^\d+$/.test(code) && Number(code) > Number(box.value));
}

// a half mark stands only beside the lower of two boxes
function settle(stop) {
  const note = halfOf(stop);
  if (note?.checked && !isLower(stop, stop.querySelector("input[type=radio]:checked"))) {
    note.checked = false;
    changed();
  }
  halved = null;
}

function announceHalf(question) {
  const note = halfOf(question);
  if (!note) return refuse(question, ",");
  note.checked = !note.checked;
  halved = note.checked ? question : null;
  if (halved) tell(form.dataset.half, { number: question.dataset.question }, "note");
  else status.textContent = "";
  return changed();
}

// false when the box cannot be the lower of two
function noteHalf(question, box) {
  const note = halfOf(question);
  if (!note) return true;
  const isAnnounced = halved === question;
  if (isAnnounced && /^\d+$/.test(box.value) && !isLower(question, box)) {
    tell(form.dataset.halfTop, { number: question.dataset.question, key: box.dataset.cap });
    question.classList.add("key-refused");
    return false;
  }
  note.checked = isAnnounced;
  return true;
}

// ---- boxes ----------------------------------------------------------------------------------

// what a key changes fires no event of its own
const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));

function tick(question, box) {
  const isOff = box.type === "checkbox" && box.checked;
  box.checked = !isOff;
  if (box.type !== "checkbox" || isOff) return;
  // "unreadable" stands alone
  const isAlone = box.dataset.cap === "/";
  for (const other of question.querySelectorAll("input[type=checkbox]")) {
    if (other !== box && (isAlone || other.dataset.cap === "/")) other.checked = false;
  }
}

function clear(question) {
  for (const box of question.querySelectorAll("input[type=checkbox]")) box.checked = false;
  const blank = question.querySelector("input[type=radio][value='']");
  if (blank) blank.checked = true;
  for (const text of question.querySelectorAll("input[type=text]")) text.value = "";
  typed = "";
  settle(question);
  changed();
}

function boxesFor(question, cap) {
  return [...question.querySelectorAll("[data-cap]")].filter((box) => box.dataset.cap.startsWith(cap));
}

function choose(question, box) {
  typed = "";
  if (!noteHalf(question, box)) return;
  status.textContent = "";
  question.classList.remove("key-refused");
  tick(question, box);
  changed();
  if (question.dataset.entry !== "multiple" || box.dataset.cap === "/") leave(question, 1);
  else box.focus();
}

function press(question, key) {
  const cap = typed + (key === "X" ? "*" : key);
  const candidates = boxesFor(question, cap);
  const exact = candidates.find((box) => box.dataset.cap === cap);
  if (exact && candidates.length === 1) choose(question, exact);
  else if (candidates.length > 0) {
    typed = cap;
    tell(form.dataset.more, { number: question.dataset.question, typed }, "note");
  } else refuse(question, cap);
}

function enter(question) {
  const pending = boxesFor(question, typed).find((box) => box.dataset.cap === typed);
  const isUnsaid = halved === question && !isLower(question, question.querySelector("input[type=radio]:checked"));
  if (typed && pending) choose(question, pending);
  else if (typed) refuse(question, typed);
  else if (isUnsaid) tell(form.dataset.half, { number: question.dataset.question });
  else leave(question, 1);
}

// ---- written numbers ------------------------------------------------------------------------

function inRange(question, field) {
  if (field.value === "") return true;
  const { minimum, maximum } = question.dataset;
  const number = Number(field.value);
  const fits = /^\d+$/.test(field.value) && number >= Number(minimum) && number <= Number(maximum);
  if (!fits) {
    tell(form.dataset.range, { number: question.dataset.question, low: minimum, high: maximum });
    question.classList.add("key-refused");
    field.select();
  }
  return fits;
}

function pressNumber(question, key) {
  const field = question.querySelector("input[type=text]");
  const box = boxesFor(question, key)[0];
  if (/^\d$/.test(key)) {
    question.querySelector("input[type=radio][value='']").checked = true;
    if (document.activeElement === field) return false;
    field.value = "";
    field.focus();
    return false;
  }
  if (box) {
    field.value = "";
    choose(question, box);
  } else refuse(question, key);
  return true;
}

form.addEventListener("input", (event) => {
  const field = event.target;
  const question = field.closest("[data-entry=number]");
  if (!quick.checked || !question || field.type !== "text") return;
  const isFull = field.value.length === field.maxLength;
  if (isFull && inRange(question, field)) leave(question, 1);
});

// ---- the number of the sheet ----------------------------------------------------------------

// Damm's check digit, as it is printed
const STEPS = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

function readSerial() {
  const digits = serial.value.replace(/\s/g, "").replace("-", "");
  const check = [...digits].reduce((interim, digit) => Number(STEPS[interim][Number(digit)]), 0);
  const number = Number(digits.slice(0, -1));
  return /^\d{2,20}$/.test(digits) && check === 0 && number > 0 ? number : null;
}

function isWithin(ranges, number) {
  return ranges.split(" ").filter(Boolean).some((range) => {
    const [first, last] = range.split("-").map(Number);
    return first <= number && number <= last;
  });
}

function checkSerial() {
  const number = /^[\d\s-]*$/.test(serial.value) ? readSerial() : null;
  const { serialWrong, serialUnknown, serialKeyed, serialVoid, accepted, keyed } = form.dataset;
  if (number === null) return serialWrong;
  if (!isWithin(accepted, number)) return serialUnknown;
  if (isWithin(form.dataset.void, number)) return serialVoid;
  return isWithin(keyed, number) ? serialKeyed : null;
}

function enterHead() {
  const fault = serial && checkSerial();
  if (fault) {
    tell(fault);
    goTo(head);
    return;
  }
  if (serial) {
    const digits = serial.value.replace(/\D/g, "").replace(/^0+/, "");
    serial.value = `${digits.slice(0, -1).padStart(5, "0")}-${digits.slice(-1)}`;
    changed();
  }
  leave(head, 1);
}

// ---- keys -----------------------------------------------------------------------------------

function isBack(event, written) {
  if (event.key === "ArrowUp") return !written || written.type === "text" || written.selectionEnd === 0;
  return event.key === "Backspace" && (!written || written.value === "");
}

function isForward(event, written) {
  if (event.key === "ArrowDown") {
    return !written || written.type === "text" || written.selectionStart === written.value.length;
  }
  return event.key === "Enter" && written?.matches(".key-prose") && !event.shiftKey;
}

// keys that every question understands; true when the key is spent
function walk(question, event, written) {
  const forward = isForward(event, written) ? 1 : 0;
  const step = isBack(event, written) ? -1 : forward;
  const isLeaving = step !== 0 || ["Home", "End"].includes(event.key);
  // a number out of range is not left behind
  if (isLeaving && written?.matches(".key-written") && !inRange(question, written)) return true;
  if (step === 0) return jump(question, event, written);
  leave(question, step);
  return true;
}

function jump(stop, event, written) {
  if (written?.value || !["Home", "End"].includes(event.key)) return false;
  settle(stop);
  goTo(event.key === "Home" ? head : (after[0] ?? save));
  return true;
}

function answer(question, event, written) {
  const key = event.key.toUpperCase();
  if (event.key === "Delete") {
    clear(question);
    return true;
  }
  if (event.key === "Enter") {
    if (!written || inRange(question, written)) enter(question);
    return true;
  }
  if (event.key === " " || event.key.length !== 1) return false;
  if ((event.key === "," || event.key === ".") && !written) {
    announceHalf(question);
    return true;
  }
  if (question.dataset.entry === "number") return pressNumber(question, key);
  press(question, key);
  return true;
}

function onQuestion(question, event) {
  const written = event.target.matches("input[type=text], textarea") ? event.target : null;
  if (walk(question, event, written)) return true;
  if (written?.matches(".key-prose")) return false;
  return answer(question, event, written);
}

// keys that do the same wherever the clerk stands; true when the key is spent
function command(event, isProse) {
  const link = document.getElementById("fix-last");
  if (event.key === "?" && !isProse) dialog.showModal();
  else if (event.key === "F2" && link) link.click();
  else if (event.key === "F8") form.dispatchEvent(new Event("desk:discard"));
  else return false;
  return true;
}

// on the number of the sheet, the reason, the button
function onOther(event) {
  const stop = event.target.closest("[data-stop]") ?? (event.target === save ? save : null);
  if (!stop || event.target.type === "button") return false;
  const written = stop === save ? null : event.target;
  if (event.key === "Enter" && stop === head && !event.target.href) enterHead();
  else if (stop === head) return jump(stop, event, written);
  else if (event.key === "Enter" && stop !== save) leave(stop, 1);
  else return walk(stop, event, written);
  return true;
}

function onKey(event) {
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (!quick.checked || !isPlain || form.dataset.busy) return;
  const isProse = event.target.matches(".key-prose");
  const question = event.target.closest("[data-question]");
  // a key held down must not answer the questions that follow, nor save
  const isHeld = event.repeat && !isProse && !["Backspace", "ArrowUp", "ArrowDown"].includes(event.key);
  if (command(event, isProse)) event.preventDefault();
  else if (question) {
    if (isHeld || onQuestion(question, event)) event.preventDefault();
  } else if ((isHeld && event.target === save) || onOther(event)) event.preventDefault();
}

form.addEventListener("keydown", onKey);

// ---- beginnings -----------------------------------------------------------------------------

// the first stop after what is answered
form.addEventListener("desk:restored", () => {
  const answered = (one) => [...one.querySelectorAll("input, textarea")].some((field) =>
    field.value && (field.checked || field.matches("[type=text], textarea")));
  goTo(stops[stops.indexOf(questions.findLast(answered) ?? head) + 1]);
});
form.addEventListener("desk:next", () => {
  typed = "";
  halved = null;
  for (const stop of form.querySelectorAll(".key-refused")) stop.classList.remove("key-refused");
  begin();
});

function remember(box, memory) {
  if (!box) return;
  const kept = localStorage.getItem(memory);
  if (kept !== null) box.checked = kept === "on";
  // the form is reset for each sheet; its switches are not
  box.defaultChecked = box.checked;
  box.addEventListener("change", () => {
    box.defaultChecked = box.checked;
    localStorage.setItem(memory, box.checked ? "on" : "off");
  });
}

document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;
remember(quick, KEYS_MEMORY);
remember(inOrder, PILE_MEMORY);

const wrong = form.querySelector(".key-wrong");
if (wrong) goTo(wrong);
else if (form.querySelector("[aria-invalid]")) goTo(head);
else begin();
