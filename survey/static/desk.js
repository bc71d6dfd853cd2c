// One key an answer. The page is a plain form without this module; it only adds keys.
//
// A question knows its boxes and each box the key that ticks it (data-cap). Focus is the only
// state: the current question is the one that holds it.

const form = document.querySelector("[data-desk]");
const status = document.getElementById("key-status");
const dialog = document.getElementById("keys");
const serial = document.getElementById("serial");
const save = document.getElementById("save-sheet");
const quick = document.getElementById("quick-keys");
const MEMORY = "gradimento-tasti";

const questions = [...form.querySelectorAll("[data-question]")];
// what the clerk walks through: the sheet's number, the questions, the button
const stops = [form.querySelector("[data-stop]"), ...questions, save];
let typed = "";

// ---- words ----------------------------------------------------------------------------------

function tell(message, values = {}) {
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
  if (stop === stops[0]) return serial;
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

function leave(stop, step) {
  typed = "";
  status.textContent = "";
  stop.classList.remove("key-refused");
  go(stops.indexOf(stop) + step);
}

// ---- boxes ----------------------------------------------------------------------------------

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
}

function boxesFor(question, cap) {
  return [...question.querySelectorAll("[data-cap]")].filter((box) => box.dataset.cap.startsWith(cap));
}

function choose(question, box) {
  typed = "";
  status.textContent = "";
  question.classList.remove("key-refused");
  tick(question, box);
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
    tell(form.dataset.more, { number: question.dataset.question, typed });
  } else refuse(question, cap);
}

function enter(question) {
  const pending = boxesFor(question, typed).find((box) => box.dataset.cap === typed);
  if (typed && pending) choose(question, pending);
  else if (typed) refuse(question, typed);
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
  const { serialWrong, serialUnknown, serialKeyed, printed, keyed } = form.dataset;
  if (number === null) return serialWrong;
  if (!isWithin(printed, number)) return serialUnknown;
  return isWithin(keyed, number) ? serialKeyed : null;
}

function enterHead(event) {
  const fault = checkSerial();
  if (fault) {
    tell(fault);
    serial.focus();
    serial.select();
  } else leave(stops[0], 1);
  event.preventDefault();
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
  if (isBack(event, written)) leave(question, -1);
  else if (isForward(event, written)) leave(question, 1);
  else return false;
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

function onKey(event) {
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (!quick.checked || !isPlain) return;
  const isProse = event.target.matches(".key-prose");
  if (event.key === "?" && !isProse) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const question = event.target.closest("[data-question]");
  if (question) {
    // a key held down must not answer the questions that follow
    const isHeld = event.repeat && !isProse && !["Backspace", "ArrowUp", "ArrowDown"].includes(event.key);
    if (isHeld || onQuestion(question, event)) event.preventDefault();
  } else if (event.target.closest("[data-stop]") && event.key === "Enter" && event.target.type !== "button") {
    enterHead(event);
  } else if (event.target === save && ["ArrowUp", "Backspace"].includes(event.key)) {
    event.preventDefault();
    leave(save, -1);
  }
}

form.addEventListener("keydown", onKey);
form.addEventListener("submit", (event) => {
  // the second of two quick presses of Enter
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);

document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
for (const part of document.querySelectorAll("[data-with-script]")) part.hidden = false;
quick.checked = localStorage.getItem(MEMORY) !== "off";
quick.addEventListener("change", () => localStorage.setItem(MEMORY, quick.checked ? "on" : "off"));

const wrong = form.querySelector(".key-wrong");
if (wrong) go(stops.indexOf(wrong));
else {
  serial.focus();
  serial.select();
}
