-- Companies that the organisation works for, and what it does for them.

create table client (
  organisation_id uuid not null constraint client_organisation_id_fkey references organisation (id),
  id uuid not null,
  name text not null,
  note text not null default '',
  email text not null default '',
  phone text not null default '',
  website text not null default '',
  -- finance facts: only who may see finance reads them
  tax_id text not null default '',
  -- in minor units of the currency beside it, which is the organisation's at the time of writing
  hourly_rate bigint,
  currency text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint client_pkey primary key (organisation_id, id)
);
create unique index client_organisation_id_name_key on client (organisation_id, lower(name)) where deleted_at is null;

create table project (
  organisation_id uuid not null constraint project_organisation_id_fkey references organisation (id),
  id uuid not null,
  client_id uuid not null,
  name text not null,
  state text not null default 'active' constraint project_state_check check (state in ('active', 'done')),
  note text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint project_pkey primary key (organisation_id, id),
  constraint project_client_id_fkey foreign key (organisation_id, client_id) references client (organisation_id, id)
);
create unique index project_organisation_id_client_id_name_key
  on project (organisation_id, client_id, lower(name)) where deleted_at is null;
