// Keeps the files of one version of this site, each checked against its hash, and answers from them alone. So the page
// works without the network, asks for nothing after it was loaded, and changes only when its reader says so.
const VERSION = {{ site_version|tojson }};
const FILES = {{ hashes|tojson }};
const SIZES = {{ sizes|tojson }};
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; base-uri 'none'";
const CACHE = `recommender ${self.registration.scope} ${VERSION}`;
const OURS = `recommender ${self.registration.scope} `;

const KINDS = { html: "text/html; charset=utf-8", js: "text/javascript", mjs: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json" };

async function load() {
  const cache = await caches.open(CACHE);
  let loaded = 0;
  const all = Object.values(SIZES).reduce((sum, size) => sum + size, 0);
  await Promise.all(
    Object.entries(FILES).map(async ([name, integrity]) => {
      const reply = await fetch(name, { integrity, cache: "no-cache", credentials: "omit" });
      if (!reply.ok) throw new Error(name);
      const kind = KINDS[name.split(".").pop()] ?? "application/octet-stream";
      const headers = { "content-type": kind, "content-security-policy": name === "worker.js" ? POLICY : "", "x-content-type-options": "nosniff" };
      if (!headers["content-security-policy"]) delete headers["content-security-policy"];
      await cache.put(name, new Response(reply.body, { headers }));
      loaded += SIZES[name];
      for (const client of await self.clients.matchAll({ includeUncontrolled: true }))
        client.postMessage({ loaded: loaded / all });
    }),
  );
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function answer(request) {
  const name = new URL(request.url).href.slice(self.registration.scope.length).split(/[?#]/)[0] || "index.html";
  const cache = await caches.open(CACHE);
  return (await cache.match(name)) ?? new Response("", { status: 404 });
}

self.addEventListener("install", (event) => event.waitUntil(load()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", ({ data }) => data === "use" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  if (event.request.url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});
