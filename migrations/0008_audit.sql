-- The audit log: append-only, one chain of hashes per organisation. It takes the place of `event`, which nothing read.

drop table event;

create table audit (
  organisation_id uuid not null constraint audit_organisation_id_fkey references organisation (id),
  -- the place in the organisation's chain: 1, 2, 3, … without a gap
  number bigint not null,
  -- e.g. `item.moved`
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  actor_id uuid constraint audit_actor_id_fkey references member (id),
  request_id text not null default '',
  -- what else there is to know; ids and numbers, nothing that identifies a person
  data jsonb not null,
  created_at timestamptz not null,
  -- SHA-256 of the hash before and of all the columns above
  hash bytea not null,
  constraint audit_pkey primary key (organisation_id, number)
);
create index audit_organisation_id_subject_id_idx on audit (organisation_id, subject_id, number);
create index audit_organisation_id_actor_id_idx on audit (organisation_id, actor_id, number);

-- The end of each chain. Whoever appends holds this row until the commit, so the numbers have no gap.
create table audit_head (
  organisation_id uuid not null constraint audit_head_organisation_id_fkey references organisation (id),
  number bigint not null,
  hash bytea not null,
  constraint audit_head_pkey primary key (organisation_id)
);
