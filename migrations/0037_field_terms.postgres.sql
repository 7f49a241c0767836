-- Fields of more kinds, and what they ask for besides.
alter table field drop constraint field_kind_check;
alter table field add constraint field_kind_check check (kind in ('text', 'long_text', 'number', 'money', 'date', 'date_time',
  'choice', 'choices', 'person', 'team', 'checklist', 'computed', 'flag', 'plate'));
-- when it is shown and needed, what it works out, and what who may do with it in which step
alter table field add column terms jsonb not null default '{}';
