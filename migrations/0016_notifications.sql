-- What a member is told of: written in the transaction of the act, kept for ninety days.
create table notification (
  id uuid not null constraint notification_pkey primary key,
  organisation_id uuid not null constraint notification_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint notification_member_id_fkey references member (id),
  -- e.g. `item.assigned`
  kind text not null,
  -- why this member, e.g. `assignee`
  reason text not null,
  actor_id uuid constraint notification_actor_id_fkey references member (id),
  -- the record it is about; notices about the same one stand together
  record_id uuid not null,
  -- what it came from, such as a comment: with that it goes again
  source_id uuid not null,
  path text not null,
  title text not null,
  excerpt text not null,
  created_at timestamptz not null,
  -- whether the inbox shows it
  in_app boolean not null,
  read_at timestamptz,
  -- whether a mail tells of it: at once, with the others of a day, or not
  mail text not null constraint notification_mail_check check (mail in ('off', 'at_once', 'daily')),
  mailed_at timestamptz
);
create index notification_organisation_id_member_id_idx on notification (organisation_id, member_id, created_at, id);
create index notification_unread_idx on notification (organisation_id, member_id) where read_at is null;
create index notification_organisation_id_source_id_idx on notification (organisation_id, source_id);
create index notification_organisation_id_actor_id_idx
  on notification (organisation_id, member_id, actor_id, created_at);
create index notification_unmailed_idx on notification (organisation_id, member_id)
  where mail = 'daily' and mailed_at is null and read_at is null;

-- How a member wants to be told of a kind: everywhere, or differently in one place, such as a process. What has no row is as
-- the program has it.
create table notification_setting (
  organisation_id uuid not null constraint notification_setting_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint notification_setting_member_id_fkey references member (id),
  -- all zeros: everywhere
  place_id uuid not null,
  kind text not null,
  in_app boolean not null,
  mail text not null constraint notification_setting_mail_check check (mail in ('off', 'at_once', 'daily')),
  push boolean not null,
  constraint notification_setting_pkey primary key (organisation_id, member_id, place_id, kind)
);

-- Until when a member is not to be disturbed. What happens meanwhile waits in their inbox.
create table notification_mute (
  organisation_id uuid not null constraint notification_mute_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint notification_mute_member_id_fkey references member (id),
  muted_until timestamptz not null,
  constraint notification_mute_pkey primary key (organisation_id, member_id)
);

-- A browser that shows what a member is told of, also while no page is open.
create table push_subscription (
  id uuid not null constraint push_subscription_pkey primary key,
  organisation_id uuid not null constraint push_subscription_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint push_subscription_member_id_fkey references member (id),
  -- where its push service takes messages, and what they are encrypted for
  endpoint text not null,
  public_key bytea not null,
  secret bytea not null,
  -- e.g. `Firefox on Linux`
  device text not null,
  created_at timestamptz not null,
  told_at timestamptz
);
create unique index push_subscription_organisation_id_endpoint_key on push_subscription (organisation_id, endpoint);
create index push_subscription_organisation_id_member_id_idx on push_subscription (organisation_id, member_id);

-- Keys that the program has made for itself, such as the one push services know it by. What is secret is sealed.
create table program_key (
  id uuid not null constraint program_key_pkey primary key,
  name text not null constraint program_key_name_key unique,
  sealed text not null,
  created_at timestamptz not null
);
