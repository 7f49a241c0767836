-- Jobs with a priority and a key of their own, dead letters that can be put away, schedules, and who works.
alter table job add column priority bigint not null default 0;
-- Whoever enqueues may say what the job is about: a second one of the kind waits for the first to end.
alter table job add column unique_key text;
-- Of the attempt under way.
alter table job add column started_at timestamptz;
alter table job add column failed_at timestamptz;
-- A failed job that somebody has put away.
alter table job add column deleted_at timestamptz;
update job set failed_at = run_at where state = 'failed';

drop index job_state_run_at_idx;
-- In the order in which they are claimed.
create index job_waiting_idx on job (priority desc, run_at, id) where state = 'waiting';
create index job_leased_until_idx on job (leased_until) where state = 'running';
create index job_organisation_id_state_idx on job (organisation_id, state);
create unique index job_kind_unique_key_key on job (kind, unique_key)
  where unique_key is not null and state in ('waiting', 'running');

-- One row per schedule of the program: the last firing, or when the schedule was first seen. Whoever moves it on has
-- fired the tick, so each tick fires once.
create table schedule (
  name text primary key,
  fired_at timestamptz not null
);

-- One row per process that runs jobs, renewed by it as long as it works.
create table worker (
  id uuid primary key,
  host text not null,
  process bigint not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  claimed_at timestamptz
);
create index worker_seen_at_idx on worker (seen_at);
