-- What is to be done in a step, in words. That of the version that runs is in its design, too; here it is for items, whichever
-- version they are on.
alter table step add column instructions text not null default '';
