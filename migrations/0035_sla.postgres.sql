-- How long items may stay in steps, and the working hours by which that is counted.

-- how long an item may stay, and what happens when it stays longer; null for as long as it likes
alter table step add column sla jsonb;

-- When people work, and when not. A row of an organisation, and one of each team that has something of its own to say.
create table working_hours (
  id uuid primary key,
  organisation_id uuid not null constraint working_hours_organisation_id_fkey references organisation (id),
  -- null for the organisation itself
  team_id uuid constraint working_hours_team_id_fkey references team (id),
  hours jsonb not null,
  updated_at timestamptz not null,
  updated_by uuid constraint working_hours_updated_by_fkey references member (id),
  version bigint not null default 1
);
create unique index working_hours_organisation_id_key on working_hours (organisation_id) where team_id is null;
create unique index working_hours_team_id_key on working_hours (organisation_id, team_id) where team_id is not null;

-- The clock of an item in a step that has a limit: one for each stay.
create table sla_clock (
  id uuid primary key,
  organisation_id uuid not null constraint sla_clock_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint sla_clock_item_id_fkey references item (id),
  -- no reference: the step may go, how it went there stays
  step_id uuid not null,
  started_at timestamptz not null,
  -- the limit by which it counts; that of a closed clock stays as it was
  sla jsonb not null,
  budget_minutes bigint not null,
  -- what was used up to running_since, in millionths of a second; all of it while the clock stands still or is closed
  used_micros bigint not null default 0,
  -- since when it runs; null while it stands still or is closed
  running_since timestamptz,
  -- when the next rung is reached
  wakes_at timestamptz,
  closed_at timestamptz,
  -- whether the item left in time; null while the clock is open, and where the limit was taken away
  met boolean
);
create unique index sla_clock_item_id_key on sla_clock (item_id) where closed_at is null;
create index sla_clock_organisation_id_item_id_idx on sla_clock (organisation_id, item_id);
create index sla_clock_organisation_id_step_id_idx on sla_clock (organisation_id, step_id) where closed_at is null;

-- When a clock stood still.
create table sla_pause (
  id uuid primary key,
  organisation_id uuid not null constraint sla_pause_organisation_id_fkey references organisation (id),
  clock_id uuid not null constraint sla_pause_clock_id_fkey references sla_clock (id),
  from_at timestamptz not null,
  until_at timestamptz,
  reason text not null,
  -- whether it stood still because the item was deleted
  by_deletion boolean not null default false,
  paused_by uuid constraint sla_pause_paused_by_fkey references member (id),
  resumed_by uuid constraint sla_pause_resumed_by_fkey references member (id)
);
create unique index sla_pause_clock_id_key on sla_pause (clock_id) where until_at is null;
create index sla_pause_organisation_id_clock_id_idx on sla_pause (organisation_id, clock_id);

-- The rungs that were reached: each one of a clock once.
create table sla_rung (
  organisation_id uuid not null constraint sla_rung_organisation_id_fkey references organisation (id),
  clock_id uuid not null constraint sla_rung_clock_id_fkey references sla_clock (id),
  rung text not null,
  percent bigint not null,
  reached_at timestamptz not null,
  constraint sla_rung_pkey primary key (organisation_id, clock_id, rung)
);

-- The history of an item says when its clock stood still, and which rungs it reached.
alter table activity drop constraint activity_kind_check;
alter table activity add constraint activity_kind_check
  check (kind in ('created', 'moved', 'edited', 'deleted', 'restored', 'decided', 'reminded', 'stuck', 'paused', 'resumed', 'escalated'));
