-- Members have hours of their own, as those who work part-time; a clock counts by the hours of who has the item.
alter table working_hours add column member_id uuid constraint working_hours_member_id_fkey references member (id);
drop index working_hours_organisation_id_key;
create unique index working_hours_organisation_id_key on working_hours (organisation_id)
  where team_id is null and member_id is null;
create unique index working_hours_member_id_key on working_hours (organisation_id, member_id) where member_id is not null;

-- who has the item, by whose hours it counts since settled_at; null for nobody, and until hours are changed next
alter table sla_clock add column holder_id uuid constraint sla_clock_holder_id_fkey references member (id);
-- what was used up to settled_at, by the hours of those who had the item before
alter table sla_clock add column settled_at timestamptz;
alter table sla_clock add column settled_micros bigint not null default 0;
