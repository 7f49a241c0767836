-- A file that waits to be sent with a message: only who brought it sees it until then.
alter table file add column held boolean not null default false;
