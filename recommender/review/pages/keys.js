// One key for what is marked data-key; not while somebody writes or holds a key down. Everything works without this file.
// In a list of choices letters find choices, but for those of the buttons of its own form: they keep what was chosen.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea")) return;
  const choices = event.target.closest("select");
  const marked = (choices?.form ?? document).querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!marked || (choices && !marked.matches("button"))) return;
  event.preventDefault();
  if (marked.matches("input, select")) marked.focus();
  else marked.click();
});
