-- People, organisations and who belongs to which. A person (account) may be a member of several organisations.

create table account (
  id uuid primary key,
  -- in lower case
  email text not null,
  name text not null,
  -- argon2id in PHC form; empty for a person who was invited and has not answered yet
  password_hash text not null,
  -- null until a link in a mail to this address was followed
  confirmed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
create unique index account_email_key on account (lower(email));

create table organisation (
  id uuid primary key,
  name text not null,
  time_zone text not null,
  clock text not null default '24h' constraint organisation_clock_check check (clock in ('24h', '12h')),
  week_start text not null default 'monday'
    constraint organisation_week_start_check check (week_start in ('monday', 'sunday', 'saturday')),
  language text not null default 'en',
  currency text not null default 'EUR',
  -- a small square picture; the bytes and their media type go together
  logo bytea,
  logo_type text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1
);

create table member (
  id uuid primary key,
  organisation_id uuid not null constraint member_organisation_id_fkey references organisation (id),
  account_id uuid not null constraint member_account_id_fkey references account (id),
  role text not null constraint member_role_check check (role in ('owner', 'admin', 'member')),
  -- an invited membership has no right anywhere until it is confirmed
  state text not null constraint member_state_check check (state in ('invited', 'active', 'suspended')),
  title text not null default '',
  -- index into the category palette, 1 to 10
  category bigint not null default 1,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index member_organisation_id_account_id_key on member (organisation_id, account_id);
create index member_account_id_idx on member (account_id);

create table team (
  id uuid primary key,
  organisation_id uuid not null constraint team_organisation_id_fkey references organisation (id),
  name text not null,
  category bigint not null default 1,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index team_organisation_id_name_key on team (organisation_id, lower(name)) where deleted_at is null;

create table team_member (
  organisation_id uuid not null constraint team_member_organisation_id_fkey references organisation (id),
  team_id uuid not null constraint team_member_team_id_fkey references team (id),
  member_id uuid not null constraint team_member_member_id_fkey references member (id),
  created_at timestamptz not null,
  constraint team_member_pkey primary key (team_id, member_id)
);
create index team_member_organisation_id_idx on team_member (organisation_id);

-- Opaque sessions: the cookie carries a random token, the table its SHA-256.
create table session (
  id uuid primary key,
  token_hash bytea not null,
  account_id uuid not null constraint session_account_id_fkey references account (id),
  -- the organisation the person works in now; null before the first one exists
  organisation_id uuid constraint session_organisation_id_fkey references organisation (id),
  user_agent text not null default '',
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create unique index session_token_hash_key on session (token_hash);
create index session_account_id_idx on session (account_id);
create index session_expires_at_idx on session (expires_at);

-- Single-use links sent by mail; the table holds the SHA-256 of what the link carries.
create table mail_token (
  id uuid primary key,
  token_hash bytea not null,
  account_id uuid not null constraint mail_token_account_id_fkey references account (id),
  purpose text not null constraint mail_token_purpose_check check (purpose in ('confirm', 'reset', 'invite')),
  organisation_id uuid constraint mail_token_organisation_id_fkey references organisation (id),
  -- what happens when the link is followed, e.g. the name of the organisation to create
  data jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create unique index mail_token_token_hash_key on mail_token (token_hash);
create index mail_token_account_id_idx on mail_token (account_id);

-- Tries to log in, to sign up or to reset a password, counted per window of time.
create table attempt (
  -- SHA-256 of what is counted: the act with the address it came from, the e-mail it names, or both
  key bytea primary key,
  tries bigint not null,
  started_at timestamptz not null
);
create index attempt_started_at_idx on attempt (started_at);
