// A mail server on this machine that takes mails, refuses them for good, or hangs up with them.
import { createServer } from 'node:net';

/** Starts it on a free port; `stop` ends it. */
export async function startMailServer() {
  const mails = {
    /** What receivers are refused with, or `null`. */
    refusal: null,
    /** Whether it hangs up when it has read a mail, and leaves its sender in the dark. */
    dropping: false,
    /** The mails that were read to the end: headers and body as they came. */
    taken: [],
  };
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.setEncoding('utf8');
    const say = (line) => socket.write(`${line}\r\n`);
    let buffer = '';
    let inside = false;
    const hear = (line) => {
      if (/^EHLO|^HELO/i.test(line)) return say('250 here');
      if (/^RCPT/i.test(line) && mails.refusal) return say(mails.refusal);
      if (/^DATA/i.test(line)) {
        inside = true;
        return say('354 go on');
      }
      if (/^QUIT/i.test(line)) {
        say('221 bye');
        return socket.end();
      }
      return say('250 ok');
    };
    const take = (mail) => {
      inside = false;
      mails.taken.push(mail);
      if (mails.dropping) socket.destroy();
      else say('250 taken');
    };
    socket.on('data', (chunk) => {
      buffer += chunk;
      for (;;) {
        const end = inside ? '\r\n.\r\n' : '\r\n';
        const at = buffer.indexOf(end);
        if (at < 0) return;
        const text = buffer.slice(0, at);
        buffer = buffer.slice(at + end.length);
        if (inside) take(text);
        else hear(text);
      }
    });
    say('220 here');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  mails.url = `smtp://127.0.0.1:${server.address().port}`;
  mails.stop = () => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  return mails;
}
