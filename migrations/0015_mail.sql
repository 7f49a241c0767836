-- Mail that goes out. A row is written in the transaction that causes the mail, together with the job that sends it, and
-- says afterwards what became of it.
create table mail (
  id uuid primary key,
  -- none for what belongs to a person and to no organisation: confirming an address, a new password
  organisation_id uuid constraint mail_organisation_id_fkey references organisation (id),
  -- what the mail is about; the same act never sends twice
  key text not null constraint mail_key_key unique,
  recipient text not null,
  subject text not null,
  -- what it says, sealed, for as long as it may have to be sent: it may hold a link that lets in
  content text,
  -- maybe_sent: the server may have taken it, and its answer was lost
  state text not null default 'waiting' constraint mail_state_check
    check (state in ('waiting', 'sending', 'sent', 'maybe_sent', 'failed')),
  attempts bigint not null default 0,
  -- since when, in this attempt, the server may have had the whole message
  handed_at timestamptz,
  -- what the server said when it took the message
  answer text not null default '',
  last_error text not null default '',
  created_at timestamptz not null,
  sent_at timestamptz
);
create index mail_organisation_id_id_idx on mail (organisation_id, id);
