// On a sheet keyed before: mark the questions whose answer is no longer what is stored.

const form = document.querySelector("[data-desk]");
const questions = [...form.querySelectorAll("[data-stored]")];

function cell(question) {
  const ticked = [...question.querySelectorAll("input:checked:not([data-half])")].map((box) => box.value);
  const written = [...question.querySelectorAll("input[type=text], textarea")].map((field) => field.value);
  return [...ticked, ...written].filter(Boolean).join("|");
}

function mark() {
  for (const question of questions) {
    question.classList.toggle("key-changed", cell(question) !== question.dataset.stored);
  }
}

for (const event of ["input", "change", "desk:restored", "desk:next"]) form.addEventListener(event, mark);
mark();
