// A provider of OpenID Connect on this machine: asks nobody anything, and sends whoever comes straight back.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const CLIENT_ID = 'mediap';
const CLIENT_SECRET = 'a secret for two';

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Starts it on a free port; `stop` ends it. */
export async function startProvider() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map();
  const provider = {
    /** Who logs in next; `null` says no. */
    person: null,
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url, provider.issuer);
    const answer = (status, value, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    };
    const routes = {
      '/.well-known/openid-configuration': () =>
        answer(200, {
          issuer: provider.issuer,
          authorization_endpoint: `${provider.issuer}/authorize`,
          token_endpoint: `${provider.issuer}/token`,
          jwks_uri: `${provider.issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        }),
      '/keys': () => answer(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'one' }] }),
      '/authorize': () => {
        const asked = Object.fromEntries(url.searchParams);
        const back = new URL(asked.redirect_uri);
        back.searchParams.set('state', asked.state);
        if (provider.person) {
          const code = randomUUID();
          codes.set(code, { ...asked, person: provider.person });
          back.searchParams.set('code', code);
        } else {
          back.searchParams.set('error', 'access_denied');
        }
        answer(302, {}, { Location: back.href });
      },
      '/token': async () => {
        let body = '';
        for await (const part of request) body += part;
        const form = new URLSearchParams(body);
        const asked = codes.get(form.get('code'));
        codes.delete(form.get('code'));
        const proof = createHash('sha256').update(form.get('code_verifier')).digest('base64url');
        const [id, secret] = Buffer.from(request.headers.authorization.slice('Basic '.length), 'base64')
          .toString()
          .split(':')
          .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
        if (!asked || proof !== asked.code_challenge || id !== CLIENT_ID || secret !== CLIENT_SECRET) {
          return answer(400, { error: 'invalid_grant' });
        }
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: provider.issuer, aud: CLIENT_ID, nonce: asked.nonce, iat: now, exp: now + 300, ...asked.person };
        const signed = `${base64url({ alg: 'RS256', kid: 'one' })}.${base64url(claims)}`;
        const signature = createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url');
        return answer(200, { access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: `${signed}.${signature}` });
      },
    };
    (routes[url.pathname] ?? (() => answer(404, {})))();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${server.address().port}`;
  provider.settings = { issuer: provider.issuer, client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  provider.stop = () => server.close();
  return provider;
}
