-- The list by what was changed last, which is how other programs follow what happens.
create index item_organisation_id_workflow_id_updated_at_idx
  on item (organisation_id, workflow_id, updated_at, id) where deleted_at is null;
-- The list by due day. What has none comes after every other.
create index item_organisation_id_workflow_id_due_on_idx
  on item (organisation_id, workflow_id, coalesce(due_on, '9999-12-31'), id) where deleted_at is null;
