// Keeps what the exercises need, so that they go on without a network. Served as /offline.js, from
// the root of the site, because a service worker sees only what lies below its own address.
//
// The network always comes first: whoever is online gets today's release, and no old one lives on in
// here. What the network gave last is used only when it gives nothing. What a reader types never
// passes through: it is in no request.

const KEPT = "handbook-1";
// JupyterLite looks after itself, and nobody needs PDFs of other pages in a tunnel.
const NOT_OURS = /^(?:lite|pdf|notebooks)\//;

const root = new URL(self.registration.scope);
const isOurs = (url) => url.origin === root.origin && url.pathname.startsWith(root.pathname)
  && !NOT_OURS.test(url.pathname.slice(root.pathname.length));
/** The address without what only tells versions apart. */
const plain = (address) => { const url = new URL(address); url.search = ""; url.hash = ""; return url; };

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("handbook-") && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !isOurs(new URL(request.url))) return;
  // The browser's answer is passed on untouched: it may come with machine code made on an earlier visit.
  event.respondWith(fetch(request).catch(async (error) => (await caches.match(plain(request.url))) ?? Promise.reject(error)));
});

/** Whether the copy in hand is what the server has. */
const isSame = (kept, response) => ["etag", "last-modified", "content-length"]
  .every((name) => kept.headers.get(name) === response.headers.get(name))
  && Boolean(kept.headers.get("etag") ?? kept.headers.get("last-modified"));

async function keep(addresses) {
  const cache = await caches.open(KEPT);
  const wanted = [...new Set(addresses.map((address) => plain(address).href))].filter((address) => isOurs(new URL(address)));
  let missing = 0;
  for (const address of wanted) {
    try {
      const response = await fetch(address); // mostly from the browser's own cache: the page has just had it
      const kept = await cache.match(address);
      if (!response.ok) missing += 1;
      else if (!kept || !isSame(kept, response)) await cache.put(address, response);
    } catch {
      if (!(await cache.match(address))) missing += 1;
    }
  }
  // What no page asks for any more, such as an old wheel, goes.
  const now = new Set(wanted);
  for (const request of await cache.keys()) {
    if (request.url.includes("/_static/live/") && !now.has(request.url)) await cache.delete(request);
  }
  return missing;
}

self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  event.waitUntil(keep(event.data.addresses).then((missing) => event.ports[0]?.postMessage({ missing })));
});
