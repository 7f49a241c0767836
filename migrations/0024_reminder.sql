-- What members were reminded of: each due day of an item once at each stage.
create table item_reminder (
  organisation_id uuid not null constraint item_reminder_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint item_reminder_item_id_fkey references item (id),
  due_on date not null,
  -- before the day, on it, or after it
  stage text not null constraint item_reminder_stage_check check (stage in ('soon', 'today', 'late')),
  reminded_at timestamptz not null,
  constraint item_reminder_pkey primary key (organisation_id, item_id, due_on, stage)
);
-- who is reminded of what in the morning
create index item_organisation_id_due_on_idx on item (organisation_id, due_on)
  where deleted_at is null and assignee_id is not null;
