-- Other programs: keys with which they ask, and answers that are given again to whoever sends the same act twice.

-- A robot is a member that no person stands behind: what a key of the organisation acts as. SQLite cannot change a check,
-- so the column is written anew.
alter table member rename column state to former_state;
alter table member add column state text not null default 'invited'
  constraint member_standing_check check (state in ('invited', 'active', 'suspended', 'robot'));
update member set state = former_state;
alter table member drop column former_state;

create table api_key (
  id uuid primary key,
  organisation_id uuid not null constraint api_key_organisation_id_fkey references organisation (id),
  -- whom it acts as: the person whose key it is, or a robot
  member_id uuid not null constraint api_key_member_id_fkey references member (id),
  -- whether it is a person's own; else it belongs to the organisation
  personal boolean not null,
  name text not null,
  -- SHA-256 of what the key carries
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
