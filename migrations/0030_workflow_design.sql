-- How workflows are designed: a draft until it is published, and every version that was.

create table workflow_draft (
  workflow_id uuid primary key constraint workflow_draft_workflow_id_fkey references workflow (id),
  organisation_id uuid not null constraint workflow_draft_organisation_id_fkey references organisation (id),
  definition jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null constraint workflow_draft_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint workflow_draft_updated_by_fkey references member (id),
  version bigint not null default 1
);
create index workflow_draft_organisation_id_idx on workflow_draft (organisation_id);

-- append-only
create table workflow_version (
  id uuid primary key,
  organisation_id uuid not null constraint workflow_version_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint workflow_version_workflow_id_fkey references workflow (id),
  number bigint not null,
  definition jsonb not null,
  published_at timestamptz not null,
  published_by uuid not null constraint workflow_version_published_by_fkey references member (id)
);
create unique index workflow_version_workflow_id_number_key on workflow_version (workflow_id, number);
create index workflow_version_organisation_id_idx on workflow_version (organisation_id, workflow_id);
