-- Brands that theme the pages, what people tell about themselves, and the hours that teams can be booked for.

-- A business unit of an organisation, with its own name, colour and logo.
create table brand (
  id uuid primary key,
  organisation_id uuid not null constraint brand_organisation_id_fkey references organisation (id),
  name text not null,
  -- #rrggbb in lower case
  accent text not null,
  -- a small picture; the bytes and their media type go together
  logo bytea,
  logo_type text,
  created_at timestamptz not null,
  created_by uuid,
  updated_at timestamptz not null,
  updated_by uuid,
  deleted_at timestamptz,
  version bigint not null default 1
);
create unique index brand_organisation_id_name_key on brand (organisation_id, lower(name)) where deleted_at is null;

-- for everybody who has no home brand
alter table organisation add column default_brand_id uuid
  constraint organisation_default_brand_id_fkey references brand (id);
-- one bit for each day of the week: Monday 1, Tuesday 2, ... Sunday 64
alter table organisation add column working_days bigint not null default 31
  constraint organisation_working_days_check check (working_days between 1 and 127);

-- where the person belongs, and what they switched to; the latter wins
alter table member add column brand_id uuid constraint member_brand_id_fkey references brand (id);
alter table member add column chosen_brand_id uuid constraint member_chosen_brand_id_fkey references brand (id);
create index member_organisation_id_brand_id_idx on member (organisation_id, brand_id) where brand_id is not null;

alter table account add column location text not null default '';
-- null: the zone of the organisation they work in
alter table account add column time_zone text;
alter table account add column bio text not null default '';
-- a square picture; the bytes and their media type go together
alter table account add column avatar bytea;
alter table account add column avatar_type text;
-- rises with each picture and is part of its address; 0 while there is none
alter table account add column avatar_version bigint not null default 0;

alter table team add column bookable boolean not null default false;
-- what each of its members can be booked for on a working day, unless team_member says otherwise
alter table team add column capacity_minutes_per_day bigint not null default 480
  constraint team_capacity_minutes_per_day_check check (capacity_minutes_per_day between 0 and 1440);
alter table team_member add column capacity_minutes bigint
  constraint team_member_capacity_minutes_check check (capacity_minutes between 0 and 1440);
