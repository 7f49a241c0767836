-- Members of an organisation who write to each other: two alone, or a group.

create table conversation (
  organisation_id uuid not null constraint conversation_organisation_id_fkey references organisation (id),
  id uuid not null,
  kind text not null constraint conversation_kind_check check (kind in ('direct', 'group')),
  -- what a group is called; two alone need no name
  title text not null default '',
  -- the two members of a direct conversation, which exists once: their ids, the smaller one first
  pair text,
  -- the place of the newest message; counted under the lock of this row, so places follow the commits without a gap
  last_number bigint not null default 0,
  -- when the newest message was written, or the conversation was begun
  last_at timestamptz not null,
  created_at timestamptz not null,
  created_by uuid not null constraint conversation_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint conversation_updated_by_fkey references member (id),
  -- when the last member left
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint conversation_pkey primary key (organisation_id, id),
  constraint conversation_organisation_id_pair_key unique (organisation_id, pair)
);

create table conversation_member (
  organisation_id uuid not null constraint conversation_member_organisation_id_fkey references organisation (id),
  conversation_id uuid not null,
  member_id uuid not null constraint conversation_member_member_id_fkey references member (id),
  joined_at timestamptz not null,
  -- the place of the newest message that they have seen
  read_number bigint not null default 0,
  -- who has muted it is told only when they are named
  muted boolean not null default false,
  left_at timestamptz,
  constraint conversation_member_pkey primary key (organisation_id, conversation_id, member_id),
  constraint conversation_member_conversation_id_fkey foreign key (organisation_id, conversation_id)
    references conversation (organisation_id, id)
);
create index conversation_member_organisation_id_member_id_idx
  on conversation_member (organisation_id, member_id) where left_at is null;

create table message (
  organisation_id uuid not null constraint message_organisation_id_fkey references organisation (id),
  id uuid not null,
  conversation_id uuid not null,
  -- its place in the conversation: 1, 2, 3, …
  number bigint not null,
  author_id uuid not null constraint message_author_id_fkey references member (id),
  -- empty once it is deleted
  body text not null,
  -- made where it was written: the same one twice is one message
  client_key uuid not null,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  constraint message_pkey primary key (organisation_id, id),
  constraint message_organisation_id_conversation_id_number_key unique (organisation_id, conversation_id, number),
  constraint message_organisation_id_author_id_client_key_key unique (organisation_id, author_id, client_key),
  constraint message_conversation_id_fkey foreign key (organisation_id, conversation_id)
    references conversation (organisation_id, id)
);

-- What is told anew of a record takes the place of what was told before.
create index notification_organisation_id_record_id_idx on notification (organisation_id, record_id);
