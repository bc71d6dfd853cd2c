// Improves a form that works without: nothing here may be needed to answer.

const form = document.querySelector("form[data-clear]");
const summary = document.getElementById("errori");

if (summary) {
  summary.focus();
}

// A radio cannot be unticked by itself: offer to take the answer back.
for (const group of form ? form.querySelectorAll("fieldset[data-clearable]") : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "clear-answer";
  button.textContent = form.dataset.clear;
  const showOrHide = () => {
    button.hidden = group.querySelector("input:checked") === null;
  };
  button.addEventListener("click", () => {
    const ticked = group.querySelector("input:checked");
    if (ticked) {
      ticked.checked = false;
      ticked.focus();
    }
    showOrHide();
  });
  group.addEventListener("change", showOrHide);
  group.append(button);
  showOrHide();
}

// How many characters are left, counted as the server counts them.
for (const field of form ? form.querySelectorAll("[data-longest]") : []) {
  const limit = document.getElementById(`${field.id}-limit`);
  const atFirst = limit.textContent;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  limit.setAttribute("aria-live", "polite");
  const count = () => {
    const left = Number(field.dataset.longest) - [...field.value].length;
    const words = left < 0 ? form.dataset.over : form.dataset.left;
    limit.textContent = field.value ? words.replace("{n}", number.format(Math.abs(left))) : atFirst;
    limit.classList.toggle("question-limit-over", left < 0);
  };
  field.addEventListener("input", count);
  count();
}

// A second click while the first is on its way would only wait in line.
if (form) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.setAttribute("aria-disabled", "true");
    window.addEventListener("pageshow", () => button.removeAttribute("aria-disabled"), { once: true });
  });
}
