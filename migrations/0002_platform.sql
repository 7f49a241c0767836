-- What every domain stands on: the record of what happened, and durable background work.

-- Written in the same transaction as the act: who did what to which record.
create table event (
  id uuid primary key,
  organisation_id uuid not null constraint event_organisation_id_fkey references organisation (id),
  -- e.g. `item.moved`
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  actor_id uuid constraint event_actor_id_fkey references member (id),
  request_id text not null default '',
  data jsonb not null,
  created_at timestamptz not null
);
create index event_organisation_id_id_idx on event (organisation_id, id);
create index event_organisation_id_subject_id_idx on event (organisation_id, subject_id, id);

-- A job is enqueued in the transaction that causes it, claimed with a lease and a token, and kept when it fails
-- for good.
create table job (
  id uuid primary key,
  kind text not null,
  payload jsonb not null,
  organisation_id uuid,
  state text not null default 'waiting' constraint job_state_check check (state in ('waiting', 'running', 'failed')),
  run_at timestamptz not null,
  attempts bigint not null default 0,
  claim_token uuid,
  leased_until timestamptz,
  last_error text not null default '',
  created_at timestamptz not null
);
create index job_state_run_at_idx on job (state, run_at);
