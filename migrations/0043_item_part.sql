-- Parts of an item that are on their way for it, each an item of its own: those that a parallel step sends along its ways, and
-- those that a step begins in another workflow.

create table item_part (
  item_id uuid primary key constraint item_part_item_id_fkey references item (id),
  organisation_id uuid not null constraint item_part_organisation_id_fkey references organisation (id),
  -- what it is a part of, and since when that waits for it
  whole_id uuid not null constraint item_part_whole_id_fkey references item (id),
  since timestamptz not null,
  -- the step where it began, or the row that it was begun for
  name text not null,
  -- the values of the whole when it was sent: what differs from them was filled in on the way
  base jsonb not null,
  -- it came together with the others, or it ended elsewhere, or it was called off
  outcome text constraint item_part_outcome_check check (outcome in ('joined', 'ended', 'withdrawn')),
  ended_at timestamptz
);
create index item_part_organisation_id_whole_id_idx on item_part (organisation_id, whole_id, since);
