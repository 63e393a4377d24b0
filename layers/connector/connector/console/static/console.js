// Small conveniences; every page works without them.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset.all !== undefined) {
    for (const one of document.querySelectorAll(`input[type=checkbox][name="${box.dataset.all}"]`)) one.checked = box.checked;
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
// On narrow screens a table's row is a card: each cell bears the name of its column.
function label(root) {
  for (const table of root.querySelectorAll("table:not(.facts):not(.rows)")) {
    const names = [...table.querySelectorAll("thead th")].map((one) => one.innerText.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, at) => { if (cell.matches("td") && names[at] && !cell.matches(".bar")) cell.dataset.label = names[at]; });
    }
  }
}
// Moments are written in the zone of who looks at them.
function localize(root) {
  for (const one of root.querySelectorAll("time[datetime]")) {
    const exact = new Date(one.dateTime).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
    if (one.matches(".exact")) one.textContent = exact; else one.title = exact;
  }
}
function dress(root) { label(root); localize(root); }
document.addEventListener("htmx:load", (event) => dress(event.detail.elt.parentElement || document));
dress(document);
document.querySelector(".side a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
