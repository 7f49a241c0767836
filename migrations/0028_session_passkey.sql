-- Whether a passkey was used to begin a session, or made in it. An organisation that asks for a second factor takes it for
-- one: the device was held, and has verified the person.
alter table session add column with_passkey boolean not null default false;
