// Says why the questions do not run here, without needing a file of its own, which a page opened from a file could not load.
self.why = (reason) => {
  document.documentElement.dataset.why = reason;
  for (const each of document.querySelectorAll("[data-for]")) each.hidden = !each.dataset.for.split(" ").includes(reason);
};
self.why(location.protocol === "file:" ? "file" : isSecureContext ? "starts" : "insecure");
