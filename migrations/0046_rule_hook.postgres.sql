-- Rules that something sets off which came by an incoming hook. Which item it is about shows when the rule acts.
alter table automation_rule drop constraint automation_rule_fires_on_check;
alter table automation_rule add constraint automation_rule_fires_on_check
  check (fires_on in ('created', 'entered', 'left', 'changed', 'overdue', 'schedule', 'webhook'));
alter table automation_run alter column item_id drop not null;
-- what came; no reference: it is forgotten earlier than what rules did
alter table automation_run add column event_id uuid;
create unique index automation_run_rule_id_event_id_key on automation_run (organisation_id, rule_id, event_id);

-- how many mails a run wrote, and how many notices: a rule sends so many within an hour
alter table automation_run add column mails bigint not null default 0;
alter table automation_run add column notices bigint not null default 0;
create index automation_run_organisation_id_rule_id_ended_at_idx on automation_run (organisation_id, rule_id, ended_at)
  where mails > 0 or notices > 0;
