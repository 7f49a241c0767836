-- What members say of records other than items, which keep their own comments.
create table record_comment (
  id uuid not null constraint record_comment_pkey primary key,
  organisation_id uuid not null constraint record_comment_organisation_id_fkey references organisation (id),
  -- e.g. `client`, as the record's domain calls it
  record_kind text not null,
  -- no reference: records of any domain
  record_id uuid not null,
  body text not null,
  created_at timestamptz not null,
  created_by uuid not null constraint record_comment_created_by_fkey references member (id),
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index record_comment_organisation_id_record_id_idx on record_comment (organisation_id, record_id, id);
create index record_comment_organisation_id_created_by_idx on record_comment (organisation_id, created_by);
