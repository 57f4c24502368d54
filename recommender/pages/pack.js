// Keeps the text of answers in step with the cards, and saves it as a file. Everything works without this file.
(() => {
  const form = document.getElementById("pack");
  const text = document.getElementById("text");
  const template = text.defaultValue.split("\n");
  const value = (name) => JSON.stringify((form.elements[name]?.value ?? "").trim());
  const filled = () => {
    let card = 0;
    return template.map((line) => {
      if (line.startsWith("  - card: ")) card = Number(line.slice(10));
      if (line.startsWith("by:")) return `by: ${value("by")}`;
      if (line.startsWith("role:")) return `role: ${value("role")}`;
      if (line.startsWith("    answer:")) return `    answer: ${value(`answer-${card}`)}`;
      if (line.startsWith("    note:")) return `    note: ${value(`note-${card}`)}`;
      return line;
    }).join("\n");
  };
  const update = (event) => {
    if (event?.target === text) return;
    text.value = filled();
    document.getElementById("count").value = form.querySelectorAll("input[type=radio]:checked").length;
  };
  for (const element of document.querySelectorAll(".with-script")) element.hidden = false;
  for (const element of document.querySelectorAll(".without-script")) element.hidden = true;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("pageshow", () => update());
  document.getElementById("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text.value], { type: "text/plain" }));
    link.download = "pack-answers.yaml";
    link.click();
  });
})();
