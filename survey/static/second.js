// One key a difference. The page is made of plain forms without this module; it only adds keys.
//
// Keys act inside a difference that holds the focus and nowhere else (WCAG 2.1.4): 1 and 2 the
// readings of the sheet as the page numbers them, 3 the field for another answer, arrows up and
// down to move.

const differences = [...document.querySelectorAll("[data-difference]")];

function entryOf(difference) {
  return difference.querySelector("button[name=reading]") ?? difference.querySelector("input[type=text]");
}

function go(from, step) {
  const next = differences[differences.indexOf(from) + step];
  if (!next) return;
  const entry = entryOf(next);
  entry?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}

function press(difference, key) {
  const written = difference.querySelector("input[type=text]");
  if (key === "3") {
    written?.focus();
    written?.select();
    return Boolean(written);
  }
  const button = difference.querySelector(`button[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  const difference = event.target.closest?.("[data-difference]");
  if (!difference || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const isWriting = event.target.matches("input[type=text]");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    go(difference, event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
  } else if (event.key === "Escape" && isWriting) {
    entryOf(difference)?.focus();
    event.preventDefault();
  } else if (!isWriting && ["1", "2", "3"].includes(event.key)) {
    if (press(difference, event.key)) event.preventDefault();
  }
});

// a second key before the next page would settle nothing new, or the wrong thing
let isSent = false;
document.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
});
window.addEventListener("pageshow", () => {
  isSent = false;
});
