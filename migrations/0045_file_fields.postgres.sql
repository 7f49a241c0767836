-- Fields that hold files of the item.
alter table field drop constraint field_kind_check;
alter table field add constraint field_kind_check check (kind in ('text', 'long_text', 'number', 'money', 'date', 'date_time',
  'choice', 'choices', 'person', 'team', 'checklist', 'computed', 'flag', 'plate', 'table', 'signature', 'file'));
