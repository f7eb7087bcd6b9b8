/* The service worker of the app. It keeps the page for when there is no network and the files which
   that page is made of (SHELL, written above this by the server), and nothing of a member. */
"use strict";

const NAME = SHELL.prefix + SHELL.version;
const KEPT = [SHELL.offline, ...SHELL.files];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) =>
        cache.addAll(KEPT.map((address) => new Request(address, { cache: "reload", credentials: "omit" }))),
      )
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith(SHELL.prefix) && name !== NAME);
      await Promise.all(old.map((name) => caches.delete(name)));
      if (self.registration.navigationPreload) {
        await self.registration.navigationPreload.enable();
      }
      await self.clients.claim();
    })(),
  );
});

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    const kept = await caches.match(SHELL.offline, { cacheName: NAME });
    return kept || Response.error();
  }
}

async function file(request) {
  const kept = await caches.match(request, { cacheName: NAME });
  return kept || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (SHELL.files.includes(address.pathname)) {
    event.respondWith(file(request));
  }
});
