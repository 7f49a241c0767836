-- What open pages are told of: written in the transaction of the act, read by every server, kept for a day. Ids only,
-- and no foreign keys besides the organisation's: a row says what happened and outlives nothing.
create table outbox (
  organisation_id uuid not null constraint outbox_organisation_id_fkey references organisation (id),
  -- the place in the organisation's sequence: 1, 2, 3, … without a gap, in the order of the commits
  number bigint not null,
  -- what pages listen to, e.g. `workflow/<id>`
  topic text not null,
  -- e.g. `item.moved`
  kind text not null,
  subject_id uuid not null,
  -- who hears it: with neither, every member; the key of a permission; or one member alone
  permission text,
  hearer_id uuid,
  created_at timestamptz not null,
  constraint outbox_pkey primary key (organisation_id, number)
);
create index outbox_organisation_id_created_at_idx on outbox (organisation_id, created_at);

-- The end of each sequence. Whoever appends holds this row until the commit.
create table outbox_head (
  organisation_id uuid not null constraint outbox_head_organisation_id_fkey references organisation (id),
  number bigint not null,
  constraint outbox_head_pkey primary key (organisation_id)
);
