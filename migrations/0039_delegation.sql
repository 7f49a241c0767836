-- Who decides of an item in somebody's place, since they handed it on.
create table delegation (
  id uuid primary key,
  organisation_id uuid not null constraint delegation_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint delegation_item_id_fkey references item (id),
  -- since when the item is in its step: in another stay it counts no more
  since timestamptz not null,
  -- whose decision it is, who gives it, and who handed it on: they themselves, or who decided for them
  member_id uuid not null constraint delegation_member_id_fkey references member (id),
  deputy_id uuid not null constraint delegation_deputy_id_fkey references member (id),
  handed_by uuid not null constraint delegation_handed_by_fkey references member (id),
  created_at timestamptz not null
);
create unique index delegation_item_id_since_member_id_key on delegation (item_id, since, member_id);
create index delegation_organisation_id_item_id_idx on delegation (organisation_id, item_id);
