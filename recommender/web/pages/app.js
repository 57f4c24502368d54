// The same pages without loading each anew. Forms are answered by the server on this machine or, on the static site,
// by the same program inside this browser. Pages of a visit stay in memory, so that "back" works; nothing is stored.
"use strict";
(() => {
  const root = document.documentElement;
  const visit = Math.random().toString(36).slice(2);
  const pages = new Map();
  let here = 0;
  let last = 0;
  let send = sendToServer;
  let busy = false;

  async function sendToServer(method, path, form) {
    const files = form && [...form.values()].some((value) => value instanceof File);
    const sent = form && (files ? form : new URLSearchParams(form));
    const reply = await fetch(path, { method, body: sent });
    const name = /filename="([^"]+)"/.exec(reply.headers.get("content-disposition") ?? "");
    const body = name ? await reply.blob() : await reply.text();
    return { body, kind: reply.headers.get("content-type"), name: name ? name[1] : "" };
  }

  function main() {
    return document.getElementById("main");
  }

  function show(page) {
    main().replaceWith(page.main);
    document.title = page.title;
    const first = page.main.querySelector("[role=alert], [data-first], h1") ?? page.main;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    scrollTo(0, page.scroll);
  }

  function turnTo(page) {
    pages.set(here, { main: main(), title: document.title, scroll: scrollY });
    for (const number of pages.keys()) if (number > here) pages.delete(number);
    here = last = here + 1;
    history.pushState({ visit, number: here }, "");
    show(page);
  }

  function read(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    return { main: document.adoptNode(page.getElementById("main")), title: page.title, scroll: 0 };
  }

  function keep(reply) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([reply.body], { type: reply.kind }));
    link.download = reply.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // The policy of these pages forbids styles in the markup, so those of the sheet are brought by script.
  function showSheet(text, tab) {
    const styles = [];
    const markup = text.replace(/<style>([^]*?)<\/style>/g, (_, style) => {
      styles.push(style);
      return "";
    });
    const page = new DOMParser().parseFromString(markup, "text/html");
    const style = new tab.CSSStyleSheet();
    style.replaceSync(styles.join("\n"));
    tab.document.write("<!DOCTYPE html>");
    tab.document.close();
    tab.document.documentElement.replaceWith(tab.document.adoptNode(page.documentElement));
    tab.document.adoptedStyleSheets = [style];
  }

  async function go(method, path, form, tab) {
    if (busy) return;
    busy = true;
    main().setAttribute("aria-busy", "true");
    try {
      const reply = await send(method, path, form);
      if (tab) showSheet(reply.body, tab);
      else if (reply.name) keep(reply);
      else turnTo(read(reply.body));
    } catch {
      tab?.close();
      const lost = document.getElementById("lost");
      lost.hidden = false;
      lost.focus();
    } finally {
      busy = false;
      for (const page of [main(), ...[...pages.values()].map((each) => each.main)]) page.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = event.submitter?.getAttribute("formaction") ?? event.target.getAttribute("action");
    const form = new FormData(event.target, event.submitter);
    if (!event.submitter?.formTarget) {
      go("POST", path, form);
      return;
    }
    const tab = window.open("", event.submitter.formTarget);
    if (tab) go("POST", path, form, tab);
    else go("POST", `${path}.html`, form); // no new page is allowed: the file holds the same
  });

  document.addEventListener("click", (event) => {
    const within = event.target.closest("a[href^='#']");
    if (within) {
      event.preventDefault(); // an address of its own would be a step of "back"
      const part = document.getElementById(within.hash.slice(1));
      if (part.matches("details")) part.open = true;
      (part.querySelector("summary") ?? part).focus({ preventScroll: true });
      part.scrollIntoView();
      return;
    }
    const link = event.target.closest("a[href^='/'], a[data-path]");
    if (!link || root.dataset.why || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go("GET", link.dataset.path ?? link.getAttribute("href"));
  });

  addEventListener("popstate", ({ state }) => {
    const page = state?.visit === visit && pages.get(state.number);
    if (!page) {
      if (state) location.reload();
      return;
    }
    pages.set(here, { main: main(), title: document.title, scroll: scrollY });
    here = state.number;
    show(page);
  });

  history.replaceState({ visit, number: 0 }, "");
  if (root.dataset.home === "browser") start();

  // ── The static site: the program is loaded once, checked, and started in a worker ──────────────────────────────

  async function start() {
    if (root.dataset.why !== "starts") return;
    if (!("serviceWorker" in navigator && "WebAssembly" in self)) {
      self.why("old");
      return;
    }
    const bar = document.getElementById("loading");
    navigator.serviceWorker.addEventListener("message", ({ data }) => (bar.value = data.loaded));
    try {
      const service = await navigator.serviceWorker.register("service.js", { updateViaCache: "none" });
      watchForUpdates(service);
      await controlled(service);
      const worker = new Worker("worker.js", { type: "module" });
      send = await ready(worker);
      self.why("");
      const reply = await send("GET", "/");
      pages.set(0, read(reply.body));
      show(pages.get(0));
    } catch {
      self.why("broken");
    }
  }

  function controlled(service) {
    if (navigator.serviceWorker.controller) return Promise.resolve();
    return new Promise((done, failed) => {
      navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
      const arriving = service.installing ?? service.waiting ?? service.active;
      arriving.addEventListener("statechange", () => arriving.state === "redundant" && failed(new Error()));
    });
  }

  function ready(worker) {
    let number = 0;
    const waiting = new Map();
    return new Promise((done, failed) => {
      worker.onerror = failed;
      worker.onmessage = ({ data }) => {
        if (data.ready) done(ask);
        else if (data.failed && !waiting.has(data.number)) failed(new Error());
        else {
          const [answered, refused] = waiting.get(data.number);
          waiting.delete(data.number);
          if (data.failed) refused(new Error());
          else answered(data);
        }
      };
    });

    async function ask(method, path, form) {
      const pairs = [];
      const files = [];
      for (const [name, value] of form ?? []) {
        if (value instanceof File) files.push([name, new Uint8Array(await value.arrayBuffer())]);
        else pairs.push([name, value]);
      }
      return new Promise((answered, refused) => {
        waiting.set(++number, [answered, refused]);
        worker.postMessage({ number, method, path, pairs, files });
      });
    }
  }

  function watchForUpdates(service) {
    const banner = document.getElementById("update");
    const tell = () => {
      if (service.waiting && navigator.serviceWorker.controller) banner.hidden = false;
    };
    tell();
    service.addEventListener("updatefound", () => service.installing?.addEventListener("statechange", tell));
    banner.querySelector("button").addEventListener("click", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      service.waiting?.postMessage("use");
    });
  }
})();
