-- Roles that organisations make, and further roles of their members.

-- A guest has nothing by itself. SQLite cannot change a check, so the column is written anew.
alter table member rename column role to former_role;
alter table member add column role text not null default 'guest'
  constraint member_base_role_check check (role in ('owner', 'admin', 'member', 'guest'));
update member set role = former_role;
alter table member drop column former_role;

-- A role of the people who run the site; it gives nothing inside an organisation.
alter table account add column site_role text
  constraint account_site_role_check check (site_role in ('support', 'admin', 'moderator', 'editor'));

create table role (
  id uuid primary key,
  organisation_id uuid not null constraint role_organisation_id_fkey references organisation (id),
  name text not null,
  -- what it is for
  description text not null default '',
  -- array of keys of the catalogue
  permissions jsonb not null,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index role_organisation_id_name_key on role (organisation_id, lower(name)) where deleted_at is null;

-- What a member may do beyond the base role: a built-in role or one of the organisation, everywhere or in one part.
-- The grants of a removed role stay, and count again when it comes back.
create table member_grant (
  id uuid primary key,
  organisation_id uuid not null constraint member_grant_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint member_grant_member_id_fkey references member (id),
  -- key of a built-in role
  role_key text,
  -- a role of the organisation
  role_id uuid constraint member_grant_role_id_fkey references role (id),
  scope_kind text not null constraint member_grant_scope_kind_check
    check (scope_kind in ('organisation', 'brand', 'client', 'team', 'project')),
  scope_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  constraint member_grant_role_check check ((role_key is null) <> (role_id is null)),
  constraint member_grant_scope_check check ((scope_kind = 'organisation') = (scope_id is null))
);
create unique index member_grant_role_key_key
  on member_grant (organisation_id, member_id, role_key, scope_kind, coalesce(scope_id, organisation_id))
  where role_key is not null;
create unique index member_grant_role_id_key
  on member_grant (organisation_id, member_id, role_id, scope_kind, coalesce(scope_id, organisation_id))
  where role_id is not null;
create index member_grant_organisation_id_member_id_idx on member_grant (organisation_id, member_id);
