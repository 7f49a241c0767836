-- Steps in which people approve and what they decided, and conditions of transitions.

-- who decides and how many of them; null where nobody has to
alter table step add column approval jsonb;
-- taken when an item is refused; a way back always is
alter table transition add column refuses boolean not null default false;
-- the condition under which it is open; empty for always
alter table transition add column guard text not null default '';
-- the step that sent the item back, to which it may return straight away
alter table item add column returns_to_step_id uuid;

create table decision (
  id uuid primary key,
  organisation_id uuid not null constraint decision_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint decision_item_id_fkey references item (id),
  -- no reference: the step may go, what was decided in it stays
  step_id uuid not null,
  -- since when the item is in the step: each stay is decided anew
  since timestamptz not null,
  -- for whom, and who said it: somebody may stand in
  member_id uuid not null constraint decision_member_id_fkey references member (id),
  given_by uuid not null constraint decision_given_by_fkey references member (id),
  verdict text not null constraint decision_verdict_check check (verdict in ('approved', 'refused')),
  reason text not null default '',
  decided_at timestamptz not null
);
create unique index decision_item_id_since_member_id_key on decision (item_id, since, member_id);
create index decision_organisation_id_item_id_idx on decision (organisation_id, item_id);

-- Who decides for somebody who is away.
create table stand_in (
  id uuid primary key,
  organisation_id uuid not null constraint stand_in_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint stand_in_member_id_fkey references member (id),
  deputy_id uuid not null constraint stand_in_deputy_id_fkey references member (id),
  -- the first and the last day
  from_on date not null,
  until_on date not null,
  created_at timestamptz not null
);
create unique index stand_in_organisation_id_member_id_key on stand_in (organisation_id, member_id);
