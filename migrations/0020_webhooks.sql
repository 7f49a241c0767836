-- Webhooks: addresses that are told what happens here, and addresses at which other programs tell us something.

create table webhook (
  id uuid not null constraint webhook_pkey primary key,
  organisation_id uuid not null constraint webhook_organisation_id_fkey references organisation (id),
  name text not null,
  url text not null,
  -- array of what it is told of: `item.moved`, `item.*` or `*`
  events jsonb not null,
  -- what signs, sealed
  secret text not null,
  -- the one before, sealed: until then both sign
  previous_secret text,
  previous_until timestamptz,
  active boolean not null,
  -- since when nothing has arrived
  failing_since timestamptz,
  -- when the program stopped telling it, and why
  paused_at timestamptz,
  pause_reason text not null default '' constraint webhook_pause_reason_check
    check (pause_reason in ('', 'gone', 'failing')),
  created_at timestamptz not null,
  created_by uuid not null constraint webhook_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint webhook_updated_by_fkey references member (id),
  deleted_at timestamptz,
  version bigint not null default 1
);
create index webhook_organisation_id_idx on webhook (organisation_id, id);
-- Each act of an organisation asks for these.
create index webhook_told_idx on webhook (organisation_id)
  where active and paused_at is null and deleted_at is null;

-- One event on its way to one webhook. Kept for thirty days.
create table webhook_delivery (
  id uuid not null constraint webhook_delivery_pkey primary key,
  organisation_id uuid not null constraint webhook_delivery_organisation_id_fkey references organisation (id),
  webhook_id uuid not null constraint webhook_delivery_webhook_id_fkey references webhook (id),
  -- what receivers tell repetitions by: the same for all attempts, and for a delivery that repeats another
  message_id uuid not null,
  -- the delivery that this one repeats
  replay_of uuid,
  -- when this one was repeated
  replayed_at timestamptz,
  -- e.g. `item.moved`
  kind text not null,
  body jsonb not null,
  state text not null default 'waiting' constraint webhook_delivery_state_check
    check (state in ('waiting', 'sending', 'delivered', 'failed')),
  -- whether it is due and waits for others to the same webhook to end
  parked boolean not null,
  attempts bigint not null default 0,
  next_at timestamptz not null,
  -- when the attempt under way began
  started_at timestamptz,
  -- of the last attempt
  last_status bigint,
  last_answer text not null default '',
  last_error text not null default '',
  duration_ms bigint,
  created_at timestamptz not null,
  delivered_at timestamptz
);
create index webhook_delivery_webhook_id_idx on webhook_delivery (organisation_id, webhook_id, id);
create index webhook_delivery_open_idx on webhook_delivery (organisation_id, webhook_id, state)
  where state in ('waiting', 'sending');
create index webhook_delivery_created_at_idx on webhook_delivery (organisation_id, created_at);

create table incoming_hook (
  id uuid not null constraint incoming_hook_pkey primary key,
  organisation_id uuid not null constraint incoming_hook_organisation_id_fkey references organisation (id),
  name text not null,
  -- `standard`: what comes is signed; `token`: the address holds the secret
  kind text not null constraint incoming_hook_kind_check check (kind in ('standard', 'token')),
  -- sealed
  secret text not null,
  -- the one before, sealed: until then both are taken
  previous_secret text,
  previous_until timestamptz,
  active boolean not null,
  created_at timestamptz not null,
  created_by uuid not null constraint incoming_hook_created_by_fkey references member (id),
  updated_at timestamptz not null,
  updated_by uuid not null constraint incoming_hook_updated_by_fkey references member (id),
  deleted_at timestamptz,
  version bigint not null default 1
);
create index incoming_hook_organisation_id_idx on incoming_hook (organisation_id, id);

-- What another program told us. It is stored before anything is done about it. Kept for thirty days.
create table incoming_event (
  id uuid not null constraint incoming_event_pkey primary key,
  organisation_id uuid not null constraint incoming_event_organisation_id_fkey references organisation (id),
  hook_id uuid not null constraint incoming_event_hook_id_fkey references incoming_hook (id),
  -- what its sender knows it by: the same one is stored once
  external_id text not null,
  -- object of names and texts, without what opens anything
  headers jsonb not null,
  body bytea not null,
  state text not null default 'received' constraint incoming_event_state_check
    check (state in ('received', 'handled')),
  received_at timestamptz not null,
  handled_at timestamptz
);
create unique index incoming_event_hook_id_external_id_key on incoming_event (organisation_id, hook_id, external_id);
create index incoming_event_hook_id_idx on incoming_event (organisation_id, hook_id, id);
create index incoming_event_received_at_idx on incoming_event (organisation_id, received_at);
