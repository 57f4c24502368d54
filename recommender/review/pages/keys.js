// One key for what is marked data-key; not while somebody writes or holds a key down. Everything works without this file.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!marked) return;
  event.preventDefault();
  if (marked.matches("input, select")) marked.focus();
  else marked.click();
});
