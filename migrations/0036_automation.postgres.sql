-- Rules by which a workflow acts on items by itself, and what each of them did.

create table automation_rule (
  id uuid primary key,
  organisation_id uuid not null constraint automation_rule_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint automation_rule_workflow_id_fkey references workflow (id),
  name text not null,
  -- what sets it off, in a word
  fires_on text not null constraint automation_rule_fires_on_check
    check (fires_on in ('created', 'entered', 'left', 'changed', 'overdue', 'schedule')),
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
create index automation_rule_organisation_id_workflow_id_idx on automation_rule (organisation_id, workflow_id, id);

-- One time that a rule was set off. Kept for ninety days.
create table automation_run (
  id uuid primary key,
  organisation_id uuid not null constraint automation_run_organisation_id_fkey references organisation (id),
  rule_id uuid not null constraint automation_run_rule_id_fkey references automation_rule (id),
  item_id uuid not null constraint automation_run_item_id_fkey references item (id),
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
  duration_ms bigint
);
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

-- whether it has rules that are on, so that acts in all others ask for none
alter table workflow add column automated boolean not null default false;

-- The name of the rule that wrote it, where no member did.
alter table comment add column rule text not null default '';
alter table comment alter column created_by drop not null;
