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
// Moments are written in the zone of who looks at them.
function localize(root) {
  for (const one of root.querySelectorAll("time[datetime]")) {
    const exact = new Date(one.dateTime).toLocaleString("en-US", { dateStyle: "medium", timeStyle: one.matches(".exact") ? "medium" : "short" });
    if (one.matches(".exact")) one.textContent = exact; else one.title = exact;
  }
}
document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  localize(part.parentElement || document);
  // What was said as it began is over once a part of the page that followed it follows no more.
  if (part !== document.body && part.matches("#content *") && !part.hasAttribute("hx-get")) document.querySelector("#content > .said")?.remove();
});
localize(document);
document.querySelector(".side a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
