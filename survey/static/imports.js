// A file that was only checked stays chosen: the answer replaces the outcome, not the page.
const form = document.querySelector("[data-import]");

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.value !== "controlla") return;
  event.preventDefault();
  button.disabled = true;
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
  }
});
