// A file that was only checked stays chosen: the answer replaces the outcome, not the page.
const form = document.querySelector("[data-import]");
const file = form?.querySelector("input[type=file]");
const tooLarge = document.getElementById("troppo-grande");

// what the page would refuse is not sent at all: 200 MB are minutes on the line of an office
function weigh() {
  const size = file.files[0]?.size ?? 0;
  const isOver = size > Number(form.dataset.most) * 1024 * 1024;
  tooLarge.hidden = !isOver;
  return isOver;
}

if (tooLarge !== null) file.addEventListener("change", weigh);

form?.addEventListener("submit", async (event) => {
  if (tooLarge !== null && weigh()) {
    event.preventDefault();
    file.focus();
    return;
  }
  const button = event.submitter;
  if (button?.value !== "controlla") return;
  event.preventDefault();
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const outcome = page.getElementById("esito");
    if (outcome === null) throw new Error("another page");
    document.getElementById("esito").replaceWith(outcome);
    document.title = page.title;
    outcome.scrollIntoView({ block: "start" });
  } catch {
    form.requestSubmit(); // without a word on what to do the page only checks
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});
