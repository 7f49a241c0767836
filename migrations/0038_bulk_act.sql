-- What was done with many items at once, kept for a week for taking it back, and templates of workflows of one's own.

create table bulk_act (
  id uuid primary key,
  organisation_id uuid not null constraint bulk_act_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint bulk_act_workflow_id_fkey references workflow (id),
  -- who did it; nobody else takes it back
  member_id uuid not null constraint bulk_act_member_id_fkey references member (id),
  act jsonb not null,
  -- with which items, and what of them was overwritten
  items jsonb not null,
  -- which items stayed as they were, and why
  stays jsonb not null,
  created_at timestamptz not null,
  undone_at timestamptz
);
create index bulk_act_organisation_id_created_at_idx on bulk_act (organisation_id, created_at);

create table workflow_template (
  id uuid primary key,
  organisation_id uuid not null constraint workflow_template_organisation_id_fkey references organisation (id),
  name text not null,
  description text not null default '',
  definition jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null constraint workflow_template_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint workflow_template_updated_by_fkey references member (id),
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index workflow_template_organisation_id_name_key on workflow_template (organisation_id, name) where deleted_at is null;
