-- Support acting as a member, with consent; and what people agreed to.

-- What somebody agreed to, with the words they saw. A consent that is taken back stays, and says when.
create table consent (
  id uuid primary key,
  account_id uuid not null constraint consent_account_id_fkey references account (id),
  kind text not null constraint consent_kind_check check (kind in ('support')),
  -- what they read when they agreed
  text text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  -- where it came from
  address text not null default '',
  user_agent text not null default ''
);
create index consent_account_id_idx on consent (account_id, given_at);

-- Support may act as this member until then.
create table support_access (
  organisation_id uuid not null constraint support_access_organisation_id_fkey references organisation (id),
  id uuid not null,
  member_id uuid not null constraint support_access_member_id_fkey references member (id),
  -- the member themselves, or an owner
  allowed_by uuid not null constraint support_access_allowed_by_fkey references member (id),
  -- the consent behind it; gone when the person who gave it was erased
  consent_id uuid,
  -- what is to be looked at
  reason text not null,
  created_at timestamptz not null,
  ends_at timestamptz not null,
  -- when somebody ended it before
  ended_at timestamptz,
  constraint support_access_pkey primary key (organisation_id, id)
);
create index support_access_organisation_id_member_id_idx
  on support_access (organisation_id, member_id, ends_at);

-- The access by which the person of this session acts as somebody else, in the organisation of the session.
alter table session add column support_access_id uuid;

-- Who of support did it in the name of the actor. Part of the hash where there is one.
alter table audit add column supporter_id uuid;
