-- Public forms: people who are not logged in start items of a workflow by a link.

create table intake_form (
  workflow_id uuid primary key constraint intake_form_workflow_id_fkey references workflow (id),
  organisation_id uuid not null constraint intake_form_organisation_id_fkey references organisation (id),
  -- whether the link opens anything
  active boolean not null,
  -- what the link ends with; it lets nobody in, so whoever publishes can look it up again
  token text not null,
  heading text not null,
  introduction text not null,
  -- what the title of an item is asked as
  title_label text not null,
  afterwards text not null,
  -- whether it asks who sends it
  contact text not null constraint intake_form_contact_check check (contact in ('none', 'asked', 'needed')),
  -- the fields that it asks for besides those that it always asks for
  fields jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null constraint intake_form_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint intake_form_updated_by_fkey references member (id),
  version bigint not null default 1
);
create unique index intake_form_organisation_id_token_key on intake_form (organisation_id, token);

-- What was sent of late: each form that somebody has before them becomes one item, and a link takes so many an hour.
create table intake_sent (
  organisation_id uuid not null constraint intake_sent_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint intake_sent_workflow_id_fkey references workflow (id),
  -- of the form that somebody had before them
  key uuid not null,
  -- the number of the item that was made of it
  number bigint not null,
  created_at timestamptz not null,
  constraint intake_sent_pkey primary key (organisation_id, workflow_id, key)
);
create index intake_sent_organisation_id_created_at_idx on intake_sent (organisation_id, created_at);
