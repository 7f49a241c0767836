-- How a person gets in: second factor, links in mails, devices, and the record of all of it.

alter table session add column address text not null default '';
-- when the person last proved who they are: by logging in, or by being asked once more
alter table session add column proved_at timestamptz;
update session set proved_at = created_at;

-- whether members need a second factor to have any right here
alter table organisation add column require_mfa boolean not null default false;

-- An authenticator app. One that is not confirmed counts for nothing; a person has at most one that is.
create table totp (
  id uuid primary key,
  account_id uuid not null constraint totp_account_id_fkey references account (id),
  -- sealed; see the vault
  secret text not null,
  -- the step of the newest code that was taken: no code of that step or before is taken again
  last_step bigint not null default 0,
  confirmed_at timestamptz,
  created_at timestamptz not null
);
create unique index totp_account_id_key on totp (account_id) where confirmed_at is not null;
create index totp_account_id_idx on totp (account_id);

-- The one place that decides who has a second factor.
create view second_factor as
  select account_id from totp where confirmed_at is not null;

-- Codes for the day the phone is gone; each works once.
create table recovery_code (
  id uuid primary key,
  account_id uuid not null constraint recovery_code_account_id_fkey references account (id),
  -- SHA-256: a code carries 120 random bits
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create unique index recovery_code_account_id_code_hash_key on recovery_code (account_id, code_hash);

-- A new set of codes until the person has seen it: sealed, for a few minutes.
create table recovery_sheet (
  account_id uuid primary key constraint recovery_sheet_account_id_fkey references account (id),
  codes text not null,
  expires_at timestamptz not null
);

-- A log-in that waits for the second factor. It is no session and gives no right.
create table login_challenge (
  id uuid primary key,
  token_hash bytea not null,
  account_id uuid not null constraint login_challenge_account_id_fkey references account (id),
  -- where the person goes on when they are in
  organisation_id uuid constraint login_challenge_organisation_id_fkey references organisation (id),
  -- what was proved first
  proof text not null,
  tries bigint not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create unique index login_challenge_token_hash_key on login_challenge (token_hash);
create index login_challenge_account_id_idx on login_challenge (account_id);

-- A link that logs in, bound to the browser that asked for it.
create table login_link (
  id uuid primary key,
  token_hash bytea not null,
  browser_hash bytea not null,
  account_id uuid not null constraint login_link_account_id_fkey references account (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create unique index login_link_token_hash_key on login_link (token_hash);
create index login_link_account_id_idx on login_link (account_id);

-- A browser that a person has logged in with. Its tries are counted apart from those of strangers.
create table known_device (
  id uuid primary key,
  account_id uuid not null constraint known_device_account_id_fkey references account (id),
  token_hash bytea not null,
  user_agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null
);
create unique index known_device_account_id_token_hash_key on known_device (account_id, token_hash);
create index known_device_token_hash_idx on known_device (token_hash);

-- What happened to an account: log-ins, factors, passwords.
create table account_event (
  id uuid primary key,
  account_id uuid not null constraint account_event_account_id_fkey references account (id),
  kind text not null,
  data jsonb not null,
  address text not null,
  user_agent text not null,
  created_at timestamptz not null
);
create index account_event_account_id_id_idx on account_event (account_id, id);
