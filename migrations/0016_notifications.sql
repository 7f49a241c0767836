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
  read_at timestamptz
);
create index notification_organisation_id_member_id_idx on notification (organisation_id, member_id, created_at, id);
create index notification_unread_idx on notification (organisation_id, member_id) where read_at is null;
create index notification_organisation_id_source_id_idx on notification (organisation_id, source_id);

-- What a member does not want to be told of; without a row they want it.
create table notification_setting (
  organisation_id uuid not null constraint notification_setting_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint notification_setting_member_id_fkey references member (id),
  kind text not null,
  in_app boolean not null,
  constraint notification_setting_pkey primary key (organisation_id, member_id, kind)
);

-- Until when a member is not to be disturbed. What happens meanwhile waits in their inbox.
create table notification_mute (
  organisation_id uuid not null constraint notification_mute_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint notification_mute_member_id_fkey references member (id),
  muted_until timestamptz not null,
  constraint notification_mute_pkey primary key (organisation_id, member_id)
);
