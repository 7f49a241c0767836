-- Files that are sent with a message. They hang on its conversation, as all files there do.
create table message_file (
  organisation_id uuid not null constraint message_file_organisation_id_fkey references organisation (id),
  message_id uuid not null,
  file_id uuid not null,
  -- in which order they stand, from 0
  place bigint not null,
  -- a file belongs to one message at most
  constraint message_file_pkey primary key (organisation_id, file_id),
  constraint message_file_organisation_id_message_id_place_key unique (organisation_id, message_id, place),
  constraint message_file_message_id_fkey foreign key (organisation_id, message_id)
    references message (organisation_id, id),
  -- a file that was deleted goes for good after a while
  constraint message_file_file_id_fkey foreign key (organisation_id, file_id)
    references file (organisation_id, id) on delete cascade
);
