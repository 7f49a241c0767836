-- Acts that a browser sends again when it does not know whether they were done, by the keys it gives them: each is done
-- once. Kept for a week.
create table act_key (
  organisation_id uuid not null constraint act_key_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint act_key_member_id_fkey references member (id),
  key uuid not null,
  -- what it was done to, or made
  record_id uuid not null,
  created_at timestamptz not null,
  constraint act_key_pkey primary key (organisation_id, member_id, key)
);
create index act_key_organisation_id_created_at_idx on act_key (organisation_id, created_at);
