-- Time that members spend on items.

create table time_entry (
  organisation_id uuid not null constraint time_entry_organisation_id_fkey references organisation (id),
  id uuid not null,
  member_id uuid not null constraint time_entry_member_id_fkey references member (id),
  item_id uuid not null constraint time_entry_item_id_fkey references item (id),
  -- the day on which it was spent, as the organisation's calendar has it
  day date not null,
  minutes bigint not null constraint time_entry_minutes_check check (minutes between 1 and 1440),
  note text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint time_entry_pkey primary key (organisation_id, id)
);
create index time_entry_organisation_id_member_id_day_idx
  on time_entry (organisation_id, member_id, day) where deleted_at is null;
create index time_entry_organisation_id_item_id_day_idx
  on time_entry (organisation_id, item_id, day) where deleted_at is null;
-- all of them in the order of days
create index time_entry_organisation_id_day_id_idx on time_entry (organisation_id, day, id) where deleted_at is null;

-- The days on which a member has ever logged time. Acts on one day stand in line for its row, so that together they
-- never log more hours than a day has.
create table time_day (
  organisation_id uuid not null constraint time_day_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint time_day_member_id_fkey references member (id),
  day date not null,
  constraint time_day_pkey primary key (organisation_id, member_id, day)
);

-- What a member is at right now: one thing at a time.
create table timer (
  organisation_id uuid not null constraint timer_organisation_id_fkey references organisation (id),
  member_id uuid not null constraint timer_member_id_fkey references member (id),
  item_id uuid not null constraint timer_item_id_fkey references item (id),
  started_at timestamptz not null,
  constraint timer_pkey primary key (organisation_id, member_id)
);
