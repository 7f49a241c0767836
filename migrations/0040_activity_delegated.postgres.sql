-- The history of an item says who decides of it in whose place.
alter table activity drop constraint activity_kind_check;
alter table activity add constraint activity_kind_check
  check (kind in ('created', 'moved', 'edited', 'deleted', 'restored', 'decided', 'reminded', 'stuck', 'paused', 'resumed', 'escalated', 'delegated'));
