// One key for what is marked data-key, and j and k for the rows of a list. No key acts while a control of a form has
// the focus, is held down, or is folded away. Everything works without this file.
const busy = "input, select, textarea, button";
const rows = [...document.querySelectorAll("a[data-row]")];
const step = { j: 1, k: -1 };

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    document.getElementById("copied").hidden = false;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest(busy)) return;
  const key = event.key.toLowerCase();
  const marked = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (rows.length && key in step) {
    const row = rows[rows.indexOf(document.activeElement) + step[key]];
    event.preventDefault();
    row?.focus();
  } else if (marked?.checkVisibility()) {
    event.preventDefault();
    if (marked.matches("input, select")) marked.focus();
    if (!marked.matches("input:not([type=radio]), select")) marked.click();
    if (marked.matches("summary")) marked.scrollIntoView();
  }
});
