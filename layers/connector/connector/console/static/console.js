// Small conveniences; every page works without them.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset.all !== undefined) {
    const form = box.closest("form");
    for (const one of form.querySelectorAll(`input[name="${box.dataset.all}"]`)) one.checked = box.checked;
  }
  if (box.dataset.go !== undefined) box.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && event.target.method === "post") {
    setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); });
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  const search = document.querySelector("input[type=search]");
  if (search) { event.preventDefault(); search.focus(); }
});
window.addEventListener("pageshow", () => {
  for (const one of document.querySelectorAll("button[aria-busy]")) { one.disabled = false; one.removeAttribute("aria-busy"); }
});
