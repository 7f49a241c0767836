-- What one member was not told one by one, since they had been told much by the same person within the hour: counted on the
-- last thing that they were told by them.
alter table notification add column held_back bigint not null default 0;
