// A push service on loopback, and the browser's side of it: what is sent is decrypted as RFC 8291 says.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

export class PushService {
  constructor() {
    this.browser = createECDH('prime256v1');
    this.browser.generateKeys();
    this.secret = randomBytes(16);
    /** What it took: headers, and the text that only the browser can read. */
    this.took = [];
    this.server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        this.took.push({ headers: request.headers, text: this.read(Buffer.concat(chunks)) });
        response.writeHead(201).end();
      });
    });
  }

  async start() {
    await new Promise((listens) => this.server.listen(0, '127.0.0.1', listens));
    this.endpoint = `http://127.0.0.1:${this.server.address().port}/push/one`;
    return this;
  }

  stop() {
    this.server.close();
  }

  /**
   * Puts it in the place of the push service that the browser would ask, which no test can reach. The person has given
   * leave: a browser without a window has nobody to ask.
   */
  async standIn(page) {
    const given = {
      endpoint: this.endpoint,
      keys: { p256dh: this.browser.getPublicKey('base64url'), auth: this.secret.toString('base64url') },
    };
    await page.addInitScript((given) => {
      Object.defineProperty(Notification, 'permission', { configurable: true, get: () => 'granted' });
      Notification.requestPermission = async () => 'granted';
      const subscription = Object.create(PushSubscription.prototype, {
        endpoint: { value: given.endpoint },
        toJSON: { value: () => given },
        unsubscribe: {
          value: async () => {
            sessionStorage.removeItem('subscribed');
            return true;
          },
        },
      });
      PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        sessionStorage.setItem('subscribed', applicationServerKey);
        return subscription;
      };
      PushManager.prototype.getSubscription = async () => (sessionStorage.getItem('subscribed') ? subscription : null);
    }, given);
  }

  /** Decrypts a message: salt, size of records, key of the sender, one record. */
  read(body) {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + body[20]);
    const sealed = body.subarray(21 + body[20]);
    const derive = (key, salt, info, length) => Buffer.from(hkdfSync('sha256', key, salt, info, length));
    const about = Buffer.concat([Buffer.from('WebPush: info\0'), this.browser.getPublicKey(), sender]);
    const secret = derive(this.browser.computeSecret(sender), this.secret, about, 32);
    const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
    const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
    const open = createDecipheriv('aes-128-gcm', key, nonce);
    open.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
    // The last record ends with a 2, and zeros after it.
    return text.subarray(0, text.lastIndexOf(2)).toString();
  }
}
