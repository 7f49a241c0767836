-- Events to which members invite each other.
create table event (
  organisation_id uuid not null constraint event_organisation_id_fkey references organisation (id),
  id uuid not null,
  organiser_id uuid not null constraint event_organiser_id_fkey references member (id),
  title text not null,
  place text not null default '',
  note text not null default '',
  -- whether everybody sees it who sees the calendar, or only its organiser and guests
  shared boolean not null,
  -- an event that lasts some time
  starts_at timestamptz,
  ends_at timestamptz,
  -- one that lasts whole days, in no time zone; the second is the day after the last
  starts_on date,
  ends_on date,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint event_pkey primary key (organisation_id, id),
  constraint event_when_check check (
    (starts_at < ends_at and starts_on is null and ends_on is null)
    or (starts_on < ends_on and starts_at is null and ends_at is null)
  )
);
create index event_organisation_id_ends_at_idx on event (organisation_id, ends_at) where deleted_at is null;
create index event_organisation_id_ends_on_idx on event (organisation_id, ends_on) where deleted_at is null;

-- Who is invited.
create table event_guest (
  organisation_id uuid not null constraint event_guest_organisation_id_fkey references organisation (id),
  event_id uuid not null,
  member_id uuid not null constraint event_guest_member_id_fkey references member (id),
  answer text not null constraint event_guest_answer_check check (answer in ('waiting', 'yes', 'maybe', 'no')),
  answered_at timestamptz,
  constraint event_guest_pkey primary key (organisation_id, event_id, member_id),
  constraint event_guest_event_id_fkey foreign key (organisation_id, event_id) references event (organisation_id, id)
);
create index event_guest_organisation_id_member_id_idx on event_guest (organisation_id, member_id);

-- Kinds of work that are booked.
create table job_type (
  organisation_id uuid not null constraint job_type_organisation_id_fkey references organisation (id),
  id uuid not null,
  team_id uuid not null constraint job_type_team_id_fkey references team (id),
  name text not null,
  -- as long as it usually takes
  minutes bigint not null constraint job_type_minutes_check check (minutes between 5 and 20160),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  version bigint not null default 1,
  constraint job_type_pkey primary key (organisation_id, id)
);
create unique index job_type_organisation_id_name_key
  on job_type (organisation_id, lower(name)) where deleted_at is null;

-- The teams and members that were ever booked. Who books one stands in line for its row, so that together they never book
-- more than there is.
create table booking_turn (
  organisation_id uuid not null constraint booking_turn_organisation_id_fkey references organisation (id),
  -- a team or a member
  booked_id uuid not null,
  turns bigint not null,
  constraint booking_turn_pkey primary key (organisation_id, booked_id)
);

create table booking (
  organisation_id uuid not null constraint booking_organisation_id_fkey references organisation (id),
  id uuid not null,
  job_type_id uuid not null,
  -- that of its job type when it was made
  team_id uuid not null constraint booking_team_id_fkey references team (id),
  -- who of the team does it; null is whoever
  member_id uuid constraint booking_member_id_fkey references member (id),
  item_id uuid constraint booking_item_id_fkey references item (id),
  -- the step of the item that needs it; no reference: steps come and go
  step_id uuid,
  note text not null default '',
  -- whether it was called off since the item left the step: then it comes back with the item
  let_go boolean not null default false,
  state text not null constraint booking_state_check check (state in ('wanted', 'booked', 'done', 'cancelled')),
  minutes bigint not null constraint booking_minutes_check check (minutes between 5 and 20160),
  -- both or none
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz not null,
  -- null where the program itself asked for it
  created_by uuid constraint booking_created_by_fkey references member (id),
  updated_at timestamptz not null,
  version bigint not null default 1,
  constraint booking_pkey primary key (organisation_id, id),
  constraint booking_job_type_id_fkey foreign key (organisation_id, job_type_id) references job_type (organisation_id, id),
  constraint booking_when_check check (
    (starts_at is null and ends_at is null and state in ('wanted', 'cancelled'))
    or (starts_at < ends_at and state <> 'wanted')
  )
);
create index booking_organisation_id_ends_at_idx on booking (organisation_id, ends_at) where state in ('booked', 'done');
create index booking_organisation_id_team_id_ends_at_idx
  on booking (organisation_id, team_id, ends_at) where state = 'booked';
create index booking_organisation_id_member_id_ends_at_idx
  on booking (organisation_id, member_id, ends_at) where member_id is not null;
create index booking_organisation_id_item_id_idx on booking (organisation_id, item_id) where item_id is not null;
create index booking_organisation_id_wanted_idx on booking (organisation_id, id) where state = 'wanted';
-- a step asks once
create unique index booking_organisation_id_item_id_step_id_job_type_id_key
  on booking (organisation_id, item_id, step_id, job_type_id) where state in ('wanted', 'booked') and step_id is not null;
