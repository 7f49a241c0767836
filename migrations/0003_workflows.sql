-- Workflows, their steps and the items that move through them.

create table workflow (
  id uuid primary key,
  organisation_id uuid not null constraint workflow_organisation_id_fkey references organisation (id),
  name text not null,
  -- the letters before an item's number, e.g. `UC` in UC-414
  key text not null,
  -- what one item is called, e.g. `vehicle`
  item_noun text not null default 'item',
  -- the number the next item gets
  next_number bigint not null default 1,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index workflow_organisation_id_key_key on workflow (organisation_id, key) where deleted_at is null;

create table step (
  id uuid primary key,
  organisation_id uuid not null constraint step_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint step_workflow_id_fkey references workflow (id),
  position bigint not null,
  name text not null,
  kind text not null constraint step_kind_check check (kind in ('start', 'work', 'done')),
  team_id uuid constraint step_team_id_fkey references team (id),
  -- how many items may be here before the head of the column warns
  wip_limit bigint,
  -- kept in the transaction that moves an item, so that a board of 50,000 items counts nothing
  item_count bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
create unique index step_workflow_id_position_key on step (workflow_id, position);
create index step_organisation_id_idx on step (organisation_id);

create table transition (
  id uuid primary key,
  organisation_id uuid not null constraint transition_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint transition_workflow_id_fkey references workflow (id),
  from_step_id uuid not null constraint transition_from_step_id_fkey references step (id),
  to_step_id uuid not null constraint transition_to_step_id_fkey references step (id),
  name text not null,
  -- a way back, drawn and worded as rework
  rework boolean not null default false,
  position bigint not null default 0
);
create unique index transition_from_step_id_to_step_id_key on transition (from_step_id, to_step_id);
create index transition_organisation_id_workflow_id_idx on transition (organisation_id, workflow_id);

create table field (
  id uuid primary key,
  organisation_id uuid not null constraint field_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint field_workflow_id_fkey references workflow (id),
  -- where it is filled in; null stands for every step
  step_id uuid constraint field_step_id_fkey references step (id),
  position bigint not null,
  key text not null,
  label text not null,
  kind text not null
    constraint field_kind_check check (kind in ('text', 'long_text', 'number', 'money', 'date', 'choice', 'flag', 'plate')),
  unit text not null default '',
  required boolean not null default false,
  -- array of texts, for `choice`
  choices jsonb not null
);
create unique index field_workflow_id_key_key on field (workflow_id, key);
create index field_organisation_id_idx on field (organisation_id);

create table item (
  id uuid primary key,
  organisation_id uuid not null constraint item_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint item_workflow_id_fkey references workflow (id),
  number bigint not null,
  title text not null,
  -- the value of the workflow's plate field, copied here for cards, lists and search
  tag text not null default '',
  step_id uuid not null constraint item_step_id_fkey references step (id),
  -- since when it is in this step
  step_since timestamptz not null,
  -- 0 none, 1 low, 2 medium, 3 high, 4 urgent
  priority bigint not null default 0,
  assignee_id uuid constraint item_assignee_id_fkey references member (id),
  due_on date,
  -- minor units of the organisation's currency: the money field a card shows
  amount bigint,
  comment_count bigint not null default 0,
  -- values of the workflow's fields by key
  data jsonb not null,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index item_workflow_id_number_key on item (workflow_id, number);
-- a column of the board
create index item_organisation_id_step_id_step_since_idx
  on item (organisation_id, step_id, step_since, id) where deleted_at is null;
-- the list in its usual order
create index item_organisation_id_workflow_id_number_idx
  on item (organisation_id, workflow_id, number) where deleted_at is null;
create index item_organisation_id_assignee_id_idx
  on item (organisation_id, assignee_id) where deleted_at is null;

-- The history of an item that people read: append-only.
create table activity (
  id uuid primary key,
  organisation_id uuid not null constraint activity_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint activity_item_id_fkey references item (id),
  kind text not null constraint activity_kind_check
    check (kind in ('created', 'moved', 'edited', 'deleted', 'restored')),
  actor_id uuid constraint activity_actor_id_fkey references member (id),
  data jsonb not null,
  created_at timestamptz not null
);
create index activity_organisation_id_item_id_idx on activity (organisation_id, item_id, id);

create table comment (
  id uuid primary key,
  organisation_id uuid not null constraint comment_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint comment_item_id_fkey references item (id),
  body text not null,
  created_at timestamptz not null,
  created_by uuid not null constraint comment_created_by_fkey references member (id),
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1
);
create index comment_organisation_id_item_id_idx on comment (organisation_id, item_id, id);

-- A named set of filters and an order, private to its maker or shared with everybody.
create table saved_view (
  id uuid primary key,
  organisation_id uuid not null constraint saved_view_organisation_id_fkey references organisation (id),
  workflow_id uuid not null constraint saved_view_workflow_id_fkey references workflow (id),
  member_id uuid not null constraint saved_view_member_id_fkey references member (id),
  name text not null,
  shared boolean not null default false,
  layout text not null constraint saved_view_layout_check check (layout in ('board', 'list')),
  -- the query string of the page, without the leading `?`
  query text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index saved_view_member_id_workflow_id_name_key
  on saved_view (member_id, workflow_id, lower(name)) where deleted_at is null;
create index saved_view_organisation_id_idx on saved_view (organisation_id, workflow_id);
