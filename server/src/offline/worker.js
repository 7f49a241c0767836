// Lets the program start without a network. Kept are the files that every page loads, and a page that says what is wrong;
// nothing of what somebody sees who is logged in. FILES stands above, written by the server.
const KEPT = `mediap ${FILES.join(' ')}`;
const OFFLINE = '/offline';

addEventListener('install', (event) => {
  event.waitUntil(keep());
});

addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(page(event));
  } else if (FILES.includes(pathname)) {
    event.respondWith(file(request, pathname));
  }
});

async function keep() {
  const kept = await caches.open(KEPT);
  await kept.addAll(FILES);
  // Pages always come from the server, so the new build need not wait until the last page of the old one is closed.
  await skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name !== KEPT) await caches.delete(name);
  }
  // The page is asked for while the worker starts.
  await registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

// A name with a hash stands for one content for ever; the other files may have changed.
async function file(request, pathname) {
  if (pathname.startsWith('/pkg/')) return (await caches.match(pathname)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(pathname)) ?? Response.error();
  }
}
