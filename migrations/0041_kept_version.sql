-- Items that stay on the version of their workflow that they began on when another one is published: its steps, ways and
-- fields are kept beside those that run, as rows of their own.

-- 0 for what runs, else the number of the version that it was
alter table step add column edition bigint not null default 0;
-- the step that goes on in the newer versions
alter table step add column origin_id uuid;
drop index step_workflow_id_position_key;
create unique index step_workflow_id_edition_position_key on step (workflow_id, edition, position);

alter table field add column edition bigint not null default 0;
drop index field_workflow_id_key_key;
create unique index field_workflow_id_edition_key_key on field (workflow_id, edition, key);
