-- Other programs: keys with which they ask, and answers that are given again to whoever sends the same act twice.

-- A robot is a member that no person stands behind: what a key of the organisation acts as. SQLite cannot change a check,
-- so the column is written anew.
alter table member rename column state to former_state;
alter table member add column state text not null default 'invited'
  constraint member_standing_check check (state in ('invited', 'active', 'suspended', 'robot'));
update member set state = former_state;
alter table member drop column former_state;

-- Programs of others that people let act for them: registered once, then allowed by each person.
create table app (
  id uuid primary key,
  organisation_id uuid not null constraint app_organisation_id_fkey references organisation (id),
  name text not null,
  -- array of addresses to which a person may be sent back
  redirect_uris jsonb not null,
  -- array of keys of the catalogue: all that it may ask for
  permissions jsonb not null,
  created_at timestamptz not null,
  created_by uuid constraint app_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid constraint app_updated_by_fkey references member (id),
  deleted_at timestamptz,
  version bigint not null default 1
);
create index app_organisation_id_idx on app (organisation_id);

create table api_key (
  id uuid primary key,
  organisation_id uuid not null constraint api_key_organisation_id_fkey references organisation (id),
  -- whom it acts as: the person whose key it is, or a robot
  member_id uuid not null constraint api_key_member_id_fkey references member (id),
  -- whether it is a person's own; else it belongs to the organisation
  personal boolean not null,
  -- the program that the person lets act for them; its tokens are in api_token
  app_id uuid constraint api_key_app_id_fkey references app (id),
  name text not null,
  -- SHA-256 of what the key carries; empty for a program, whose tokens change
  token_hash bytea not null,
  -- array of keys of the catalogue: all that it may be used for
  permissions jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null constraint api_key_created_by_fkey references member (id),
  expires_at timestamptz,
  used_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid constraint api_key_revoked_by_fkey references member (id)
);
create index api_key_organisation_id_member_id_idx on api_key (organisation_id, member_id);

-- What a program shows: for some minutes an access token, and a refresh token that is replaced each time it is used. One that
-- is shown again was stolen, or its successor was: the whole family ends.
create table api_token (
  organisation_id uuid not null constraint api_token_organisation_id_fkey references organisation (id),
  key_id uuid not null constraint api_token_key_id_fkey references api_key (id),
  -- `code` is what a person's browser carries back to the program, for a minute
  kind text not null constraint api_token_kind_check check (kind in ('code', 'access', 'refresh')),
  token_hash bytea not null,
  -- of a code: SHA-256 of what only the program knows, and where the browser was sent
  challenge text not null default '',
  redirect_uri text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- a code or a refresh token works once
  used_at timestamptz,
  constraint api_token_pkey primary key (organisation_id, token_hash)
);
create index api_token_organisation_id_key_id_idx on api_token (organisation_id, key_id);
create index api_token_organisation_id_expires_at_idx on api_token (organisation_id, expires_at);

-- Writes that carry a key of their caller: each is done once. Kept for a week.
create table api_answer (
  id uuid not null,
  organisation_id uuid not null constraint api_answer_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint api_answer_member_id_fkey references member (id),
  key text not null,
  -- SHA-256 of what was sent
  fingerprint bytea not null,
  begun_at timestamptz not null,
  -- written by the transaction of the act itself
  done_at timestamptz,
  status bigint,
  -- sealed: it may hold a secret that is shown once
  answer text,
  constraint api_answer_pkey primary key (organisation_id, member_id, key)
);
create unique index api_answer_id_key on api_answer (organisation_id, id);
create index api_answer_organisation_id_begun_at_idx on api_answer (organisation_id, begun_at);
