-- Rules that something sets off which came by an incoming hook. Which item it is about shows when the rule acts.
-- A check cannot be changed here, nor a column freed, so both tables are written anew; what refers goes first.
create table automation_rule_new (
  id uuid primary key,
  organisation_id uuid not null constraint automation_rule_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint automation_rule_workflow_id_fkey references workflow (id),
  name text not null,
  -- what sets it off, in a word
  fires_on text not null constraint automation_rule_fires_on_check
    check (fires_on in ('created', 'entered', 'left', 'changed', 'overdue', 'schedule', 'webhook')),
  -- what sets it off, its condition and what it does
  definition jsonb not null,
  active boolean not null,
  -- since when it is on as it is: what was late before does not set it off
  active_since timestamptz not null,
  -- the last day on which the clock set it off
  fired_on date,
  created_at timestamptz not null,
  created_by uuid not null constraint automation_rule_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint automation_rule_updated_by_fkey references member (id),
  deleted_at timestamptz,
  version bigint not null default 1
);
insert into automation_rule_new (id, organisation_id, workflow_id, name, fires_on, definition, active, active_since, fired_on,
    created_at, created_by, updated_at, updated_by, deleted_at, version)
  select id, organisation_id, workflow_id, name, fires_on, definition, active, active_since, fired_on,
    created_at, created_by, updated_at, updated_by, deleted_at, version from automation_rule;

create table automation_run_new (
  id uuid primary key,
  organisation_id uuid not null constraint automation_run_organisation_id_fkey references organisation (id),
  rule_id uuid not null constraint automation_run_rule_id_fkey references automation_rule_new (id),
  -- null while it is not known which item it is about
  item_id uuid constraint automation_run_item_id_fkey references item (id),
  -- the rules that set each other off up to this one, each with its item
  chain jsonb not null,
  -- the run whose act set it off, if one did
  parent_id uuid,
  -- the run with which the acts of rules up to this one began; null where it is this one
  root_id uuid,
  -- the member whose act set it off in the end, if one's did
  actor_id uuid constraint automation_run_actor_id_fkey references member (id),
  -- the day that sets it off for its item once only; null where each act does
  fired_for text,
  state text not null constraint automation_run_state_check
    check (state in ('waiting', 'done', 'skipped', 'failed', 'stopped')),
  -- what set it off, what was read and decided, what was done
  log jsonb not null,
  attempts bigint not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- of the last attempt
  duration_ms bigint,
  -- what came; no reference: it is forgotten earlier than what rules did
  event_id uuid,
  -- how many mails it wrote, and how many notices: a rule sends so many within an hour
  mails bigint not null default 0,
  notices bigint not null default 0
);
insert into automation_run_new (id, organisation_id, rule_id, item_id, chain, parent_id, root_id, actor_id, fired_for, state,
    log, attempts, created_at, ended_at, duration_ms)
  select id, organisation_id, rule_id, item_id, chain, parent_id, root_id, actor_id, fired_for, state,
    log, attempts, created_at, ended_at, duration_ms from automation_run;

drop table automation_run;
drop table automation_rule;
alter table automation_rule_new rename to automation_rule;
alter table automation_run_new rename to automation_run;

create index automation_rule_organisation_id_workflow_id_idx on automation_rule (organisation_id, workflow_id, id);
create unique index automation_run_rule_id_item_id_fired_for_key
  on automation_run (organisation_id, rule_id, item_id, fired_for);
create index automation_run_organisation_id_parent_id_idx on automation_run (organisation_id, parent_id)
  where parent_id is not null;
create index automation_run_organisation_id_root_id_idx on automation_run (organisation_id, root_id)
  where root_id is not null;
create index automation_run_organisation_id_item_id_idx on automation_run (organisation_id, item_id)
  where state = 'waiting';
create index automation_run_organisation_id_rule_id_idx on automation_run (organisation_id, rule_id, id);
create index automation_run_organisation_id_created_at_idx on automation_run (organisation_id, created_at);
create unique index automation_run_rule_id_event_id_key on automation_run (organisation_id, rule_id, event_id);
create index automation_run_organisation_id_rule_id_ended_at_idx on automation_run (organisation_id, rule_id, ended_at)
  where mails > 0 or notices > 0;
