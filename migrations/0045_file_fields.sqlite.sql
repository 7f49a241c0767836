-- Fields that hold files of the item. A check cannot be changed here, so the table is written anew.
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
      'choices', 'person', 'team', 'checklist', 'computed', 'flag', 'plate', 'table', 'signature', 'file')),
  unit text not null default '',
  required boolean not null default false,
  -- array of texts, for `choice`, `choices` and `checklist`
  choices jsonb not null,
  -- when it is shown and needed, what it works out, what who may do with it in which step, and its columns
  terms jsonb not null default '{}',
  -- 0 for what runs, else the number of the version that it was
  edition bigint not null default 0
);
insert into field_new (id, organisation_id, workflow_id, step_id, position, key, label, kind, unit, required, choices, terms, edition)
  select id, organisation_id, workflow_id, step_id, position, key, label, kind, unit, required, choices, terms, edition from field;
drop table field;
alter table field_new rename to field;
create unique index field_workflow_id_edition_key_key on field (workflow_id, edition, key);
create index field_organisation_id_idx on field (organisation_id);
