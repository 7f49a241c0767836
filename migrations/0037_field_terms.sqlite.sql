-- Fields of more kinds, and what they ask for besides. A check cannot be changed here, so the table is written anew.
create table field_new (
  id uuid primary key,
  organisation_id uuid not null constraint field_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint field_workflow_id_fkey references workflow (id),
  -- where it is filled in; null stands for every step
  step_id uuid constraint field_step_id_fkey references step (id),
  position bigint not null,
  key text not null,
  label text not null,
  kind text not null
    constraint field_kind_check check (kind in ('text', 'long_text', 'number', 'money', 'date', 'date_time', 'choice',
      'choices', 'person', 'team', 'checklist', 'computed', 'flag', 'plate')),
  unit text not null default '',
  required boolean not null default false,
  -- array of texts, for `choice`, `choices` and `checklist`
  choices jsonb not null,
  -- when it is shown and needed, what it works out, and what who may do with it in which step
  terms jsonb not null default '{}'
);
insert into field_new (id, organisation_id, workflow_id, step_id, position, key, label, kind, unit, required, choices)
  select id, organisation_id, workflow_id, step_id, position, key, label, kind, unit, required, choices from field;
drop table field;
alter table field_new rename to field;
create unique index field_workflow_id_key_key on field (workflow_id, key);
create index field_organisation_id_idx on field (organisation_id);
