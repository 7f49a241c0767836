-- Files that people attach to records, and uploads that are under way. The bytes are in the store, under the ids.

create table file (
  organisation_id uuid not null constraint file_organisation_id_fkey references organisation (id),
  id uuid not null,
  -- what it is attached to; a kind that the program knows, such as `item`
  record_kind text not null,
  record_id uuid not null,
  -- as its person called it; for people only, nothing is stored under it
  name text not null,
  -- seen in its content; empty until it was looked at
  media_type text not null default '',
  -- declared while it is on its way, counted afterwards
  size bigint not null constraint file_size_check check (0 < size),
  -- of all its bytes, in hexadecimal; empty until they are here
  sha256 text not null default '',
  state text not null
    constraint file_state_check check (state in ('uploading', 'scanning', 'ready', 'refused')),
  -- why it was refused, or what keeps it from going on
  reason text not null default '',
  preview text not null default 'none'
    constraint file_preview_check check (preview in ('none', 'made', 'failed')),
  created_at timestamptz not null,
  created_by uuid not null constraint file_created_by_fkey references member (id),
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint file_pkey primary key (organisation_id, id)
);
create index file_organisation_id_record_kind_record_id_idx
  on file (organisation_id, record_kind, record_id, created_at);
create index file_organisation_id_deleted_at_idx on file (organisation_id, deleted_at) where deleted_at is not null;

-- An upload under way. It goes when its file is whole, or when nothing came for long.
create table upload (
  organisation_id uuid not null constraint upload_organisation_id_fkey references organisation (id),
  file_id uuid not null,
  -- when the file was changed last, in milliseconds, as its sender says: another file may have the same name and size
  modified bigint not null,
  -- bytes that are here, from the beginning without a gap
  received bigint not null default 0,
  expires_at timestamptz not null,
  constraint upload_pkey primary key (organisation_id, file_id),
  constraint upload_file_id_fkey foreign key (organisation_id, file_id) references file (organisation_id, id)
);
create index upload_organisation_id_expires_at_idx on upload (organisation_id, expires_at);

-- The chunks of an upload, each under an id of its own in the store.
create table upload_part (
  organisation_id uuid not null constraint upload_part_organisation_id_fkey references organisation (id),
  file_id uuid not null,
  -- where it begins
  position bigint not null,
  size bigint not null,
  id uuid not null,
  constraint upload_part_pkey primary key (organisation_id, file_id, position),
  constraint upload_part_file_id_fkey foreign key (organisation_id, file_id)
    references upload (organisation_id, file_id)
);
