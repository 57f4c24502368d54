// One key for what is marked data-key. No key acts while a control of a form has the focus, is held down, or is
// folded away. Everything works without this file.
const busy = "input, select, textarea, button";
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest(busy)) return;
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!marked || !marked.checkVisibility()) return;
  event.preventDefault();
  if (marked.matches("input, select")) marked.focus();
  if (!marked.matches("input:not([type=radio]), select")) marked.click();
});
