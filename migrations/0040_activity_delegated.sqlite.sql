-- The history of an item says who decides of it in whose place. A check cannot be changed here, so the table is written anew.
create table activity_new (
  id uuid primary key,
  organisation_id uuid not null constraint activity_organisation_id_fkey references organisation (id),
  item_id uuid not null constraint activity_item_id_fkey references item (id),
  kind text not null constraint activity_kind_check
    check (kind in ('created', 'moved', 'edited', 'deleted', 'restored', 'decided', 'reminded', 'stuck', 'paused', 'resumed', 'escalated', 'delegated')),
  actor_id uuid constraint activity_actor_id_fkey references member (id),
  data jsonb not null,
  created_at timestamptz not null
);
insert into activity_new (id, organisation_id, item_id, kind, actor_id, data, created_at)
  select id, organisation_id, item_id, kind, actor_id, data, created_at from activity;
drop table activity;
alter table activity_new rename to activity;
create index activity_organisation_id_item_id_idx on activity (organisation_id, item_id, id);
