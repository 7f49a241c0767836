// Lets the program start without a network, shows what somebody is told while no page is open, and takes what is shared
// with the program. Kept are the files that every page loads, and a page that says what is wrong; nothing of what somebody
// sees who is logged in. FILES stands above, written by the server.
const KEPT = `mediap ${FILES.join(' ')}`;
const OFFLINE = '/offline';
// What was shared, until the page that asks for it takes it: /shared/0, /shared/1 …
const SHARED = 'mediap shared';

addEventListener('install', (event) => {
  event.waitUntil(keep());
});

addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === 'POST' && pathname === '/share' && origin === location.origin) {
    event.respondWith(share(request));
    return;
  }
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
    if (name !== KEPT && name !== SHARED) await caches.delete(name);
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

// Files are kept here, and texts go into the address of the page that asks what to do with them.
async function share(request) {
  const form = await request.formData();
  await caches.delete(SHARED);
  const kept = await caches.open(SHARED);
  const files = form.getAll('files').filter((file) => file.size !== 0);
  for (const [number, file] of files.entries()) {
    const headers = { 'content-type': file.type || 'application/octet-stream', 'x-name': encodeURIComponent(file.name) };
    await kept.put(`/shared/${number}`, new Response(file, { headers }));
  }
  const asked = new URLSearchParams();
  for (const name of ['title', 'text', 'url']) if (form.get(name)) asked.set(name, form.get(name));
  if (files.length !== 0) asked.set('files', files.length);
  return Response.redirect(`/share?${asked}`, 303);
}

addEventListener('push', (event) => {
  event.waitUntil(tell(event.data?.json() ?? {}));
});

async function tell({ title = 'Mediap', body = '', path = '/inbox', tag, unread = 0 }) {
  await registration.showNotification(title, { body, tag, data: { path }, icon: '/app-icon-192.png', badge: '/app-icon-192.png' });
  if (unread === 0) await navigator.clearAppBadge?.();
  else await navigator.setAppBadge?.(unread);
}

addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data?.path ?? '/inbox', location.origin)));
});

// In a window that is open already, or in a new one.
async function show(address) {
  if (address.origin !== location.origin) return;
  const open = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = open.find(({ url }) => new URL(url).pathname === address.pathname) ?? open[0];
  if (there === undefined) {
    await clients.openWindow(address.href);
    return;
  }
  // Only a real click may do it.
  await there.focus().catch(() => {});
  if (new URL(there.url).pathname !== address.pathname) await there.navigate(address.href);
}
