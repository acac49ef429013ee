-- Beside personal domains: disposable mail services and hosts of platforms, some with their sub-hosts.

alter table _personal_domains add column kind text not null default 'personal'
  check (kind in ('personal', 'disposable', 'platform'));

-- 1: the hosts below it as well, unless a nearer entry says otherwise.
alter table _personal_domains add column is_covering_sub_hosts integer not null default 0
  check (is_covering_sub_hosts in (0, 1));

-- The kind of the entry that covers the domain as the list stands now; null: none does. Follows every change of the list.
alter table _domains add column listed_kind text check (listed_kind in ('personal', 'disposable', 'platform'));

pragma user_version = 6;
