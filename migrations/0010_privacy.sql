-- Who was erased, so that a restored backup can be made to forget them again. It says nothing else about anybody.
create table erasure (
  organisation_id uuid not null constraint erasure_organisation_id_fkey references organisation (id),
  member_id uuid not null,
  -- whether the account went too; it stays while it is not the organisation's alone
  whole boolean not null,
  erased_at timestamptz not null,
  erased_by uuid not null,
  constraint erasure_pkey primary key (organisation_id, member_id)
);
