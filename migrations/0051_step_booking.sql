-- What has to be booked before items go on from a step, and for how long; none where nothing has.
alter table step add column booking jsonb;
