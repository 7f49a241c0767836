-- Programs that ask people for leave to act as them (OAuth 2.1): what an organisation has registered, who gave leave, and
-- the short-lived tokens of each leave.

create table app (
  id uuid primary key,
  organisation_id uuid not null constraint app_organisation_id_fkey references organisation (id),
  name text not null,
  -- array of addresses to which it may be gone back
  redirect_uris jsonb not null,
  -- array of keys of the catalogue: all that it may ask for
  permissions jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null constraint app_created_by_fkey references member (id),
  deleted_at timestamptz,
  deleted_by uuid constraint app_deleted_by_fkey references member (id)
);
create index app_organisation_id_idx on app (organisation_id, created_at);

-- A member's leave for an app: begun by a code, kept up by tokens of which each refresh makes new ones. It ends as a whole.
create table app_connection (
  organisation_id uuid not null constraint app_connection_organisation_id_fkey references organisation (id),
  id uuid not null,
  app_id uuid not null constraint app_connection_app_id_fkey references app (id),
  member_id uuid not null constraint app_connection_member_id_fkey references member (id),
  -- array of keys of the catalogue that the member agreed to
  permissions jsonb not null,
  -- the code it began with: SHA-256, where it was sent, and what its bearer must prove to know (RFC 7636)
  code_hash bytea not null,
  redirect_uri text not null,
  challenge text not null,
  code_expires_at timestamptz not null,
  code_used_at timestamptz,
  created_at timestamptz not null,
  used_at timestamptz,
  -- moved on by each refresh
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid constraint app_connection_ended_by_fkey references member (id),
  ended_why text constraint app_connection_ended_why_check
    check (ended_why in ('withdrawn', 'given_back', 'code_reused', 'token_reused')),
  constraint app_connection_pkey primary key (organisation_id, id)
);
create index app_connection_organisation_id_member_id_idx on app_connection (organisation_id, member_id);
create index app_connection_organisation_id_app_id_idx on app_connection (organisation_id, app_id);

create table app_token (
  organisation_id uuid not null constraint app_token_organisation_id_fkey references organisation (id),
  id uuid not null,
  connection_id uuid not null,
  kind text not null constraint app_token_kind_check check (kind in ('access', 'refresh')),
  -- SHA-256 of what the token carries
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- when a refresh token was changed for new ones; to be shown again gives away that somebody else has it
  used_at timestamptz,
  constraint app_token_pkey primary key (organisation_id, id),
  constraint app_token_connection_id_fkey foreign key (organisation_id, connection_id)
    references app_connection (organisation_id, id) on delete cascade
);
create index app_token_organisation_id_connection_id_idx on app_token (organisation_id, connection_id);
create index app_token_organisation_id_expires_at_idx on app_token (organisation_id, expires_at);
