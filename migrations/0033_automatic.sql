-- Steps that do something by themselves, and steps that say whose items become.

-- what the step does by itself; null where people work
alter table step add column automatic jsonb;
-- whom it gives items to that come there; null leaves them whose they are
alter table step add column gives jsonb;
-- who got the last one where members take turns
alter table step add column turn_member_id uuid constraint step_turn_member_id_fkey references member (id);
-- until when the item waits in its step; past where nothing let it go on then
alter table item add column wakes_at timestamptz;
