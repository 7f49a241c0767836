-- Further ways in: passkeys, and accounts at providers of OpenID Connect.

create table passkey (
  id uuid primary key,
  account_id uuid not null constraint passkey_account_id_fkey references account (id),
  -- what browsers and devices call it
  credential_id bytea not null,
  -- public key and counter, as the library of passkeys writes them
  credential jsonb not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create unique index passkey_credential_id_key on passkey (credential_id);
create index passkey_account_id_idx on passkey (account_id);

-- A question to a browser that has not been answered yet. It is gone with its answer, right or wrong.
create table webauthn_challenge (
  id uuid primary key,
  -- SHA-256 of the cookie of the browser that was asked
  browser_hash bytea not null,
  -- whose passkey is to be made; null while somebody logs in
  account_id uuid constraint webauthn_challenge_account_id_fkey references account (id),
  purpose text not null
    constraint webauthn_challenge_purpose_check check (purpose in ('register', 'authenticate')),
  state jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index webauthn_challenge_expires_at_idx on webauthn_challenge (expires_at);

-- Who a person is at a provider. The address there is for showing; it may change, issuer and subject do not.
create table linked_identity (
  id uuid primary key,
  account_id uuid not null constraint linked_identity_account_id_fkey references account (id),
  issuer text not null,
  subject text not null,
  email text not null default '',
  created_at timestamptz not null,
  last_used_at timestamptz
);
create unique index linked_identity_issuer_subject_key on linked_identity (issuer, subject);
create index linked_identity_account_id_idx on linked_identity (account_id);

-- Somebody who has been sent to a provider and has not come back yet.
create table oidc_flow (
  id uuid primary key,
  -- SHA-256 of what comes back with the person
  state_hash bytea not null,
  -- SHA-256 of the cookie of the browser that was sent
  browser_hash bytea not null,
  provider text not null,
  -- who is to be linked; null while somebody logs in
  account_id uuid constraint oidc_flow_account_id_fkey references account (id),
  nonce text not null,
  verifier text not null,
  -- where the person wanted to go
  next text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create unique index oidc_flow_state_hash_key on oidc_flow (state_hash);
create index oidc_flow_expires_at_idx on oidc_flow (expires_at);

-- Somebody whom a provider vouches for and whose address has an account: they have still to prove that it is theirs.
create table oidc_proof (
  id uuid primary key,
  browser_hash bytea not null,
  account_id uuid not null constraint oidc_proof_account_id_fkey references account (id),
  provider text not null,
  issuer text not null,
  subject text not null,
  email text not null,
  next text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create unique index oidc_proof_browser_hash_key on oidc_proof (browser_hash);
create index oidc_proof_expires_at_idx on oidc_proof (expires_at);
