-- A rule says in its own file what its findings are called, how a sentence about one is made, and what its evidence
-- means; so every version of it is kept with its words.

-- The class of its findings in organization_findings, user_findings and ticket_findings.
alter table rule_versions add column class text;
-- The class of a user who is a member of no organization; null where it is the same.
alter table rule_versions add column class_without_membership text;
-- The sentence about one issue: {subject_id}, {account_id}, {organization_id} and {domain} stand for its columns.
alter table rule_versions add column reason text;
-- The same where the subject is the account; null where it is no other sentence.
alter table rule_versions add column reason_of_account text;
-- What a person does next.
alter table rule_versions add column next_step text;
-- The record that its issues hang on.
alter table rule_versions add column cause text check (cause in ('current_organization', 'domain', 'account'));
-- JSON list: key, type, is_volatile and meaning of each key of the evidence.
alter table rule_versions add column evidence text;
-- The tables and link views that its text names; null in versions of an older orgdrift.
alter table rule_versions add column reads text;

-- Why a repair is refused or an issue is blocked, for people. Filled by the program.
create table _blocked_reasons (
  reason     text primary key,
  -- Continues "A person must decide ".
  decision   text not null,
  -- What a person does next; null where nothing more can be said.
  next_step  text,
  meaning    text not null,
  what_to_do text not null
) strict;

-- Serves the questions about one account in any run.
create index _issue_versions_by_account on _issue_versions (account_id);

-- The words of the versions that were stored before; until now they stood in the views, by code.
update rule_versions
set
  class = 'duplicate_external_id',
  class_without_membership = null,
  reason = 'Organization {subject_id} carries the id of account {account_id}, and so does another organization.',
  reason_of_account = null,
  next_step = 'Decide which organization stays and merge the others into it',
  cause = 'account',
  evidence = '[{"key":"external_id","type":"text","is_volatile":false,"meaning":"the organization''s external_id as Zendesk has it"},{"key":"organization_ids","type":"integers","is_volatile":false,"meaning":"every organization that carries the account''s id"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'org_duplicate_external_id';
update rule_versions
set
  class = 'missing_external_id',
  class_without_membership = null,
  reason = 'Organization {subject_id} belongs to account {account_id}, but its external_id is blank.',
  reason_of_account = 'Several organizations hold domains of account {account_id}, and none of them carries its id.',
  next_step = 'Write the account''s id into external_id',
  cause = 'account',
  evidence = '[{"key":"link_state","type":"text","is_volatile":false,"meaning":"how the account resolves, as in account_links"},{"key":"match_rule","type":"text","is_volatile":false,"meaning":"by which rule it resolves; null: by none"},{"key":"candidate_organization_ids","type":"integers","is_volatile":false,"meaning":"organizations that hold domains of the account and serve no other one"},{"key":"claimant_account_ids","type":"texts","is_volatile":false,"meaning":"other accounts that claim the organization"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'org_missing_external_id';
update rule_versions
set
  class = 'external_id_conflict',
  class_without_membership = null,
  reason = 'Account {account_id} points to organization {subject_id}, which carries another external_id.',
  reason_of_account = 'Several organizations hold domains of account {account_id}, and each carries another external_id.',
  next_step = 'Find out whose organization it is',
  cause = 'account',
  evidence = '[{"key":"link_state","type":"text","is_volatile":false,"meaning":"how the account resolves, as in account_links"},{"key":"match_rule","type":"text","is_volatile":false,"meaning":"by which rule it resolves; null: by none"},{"key":"external_id","type":"text","is_volatile":false,"meaning":"the organization''s external_id as Zendesk has it; null: several are possible"},{"key":"candidate_organization_ids","type":"integers","is_volatile":false,"meaning":"organizations that hold domains of the account and serve no other one"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'org_external_id_conflict';
update rule_versions
set
  class = 'missing_org',
  class_without_membership = null,
  reason = 'No organization belongs to account {account_id} by stored id, external_id or domain.',
  reason_of_account = null,
  next_step = 'Create or relink the organization',
  cause = 'account',
  evidence = '[{"key":"is_stored_organization_dangling","type":"integer","is_volatile":false,"meaning":"1 if the organization of the stored id does not exist, else 0"},{"key":"holding_organization_ids","type":"integers","is_volatile":false,"meaning":"organizations that hold a domain of the account"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'account_missing_zendesk_org';
update rule_versions
set
  class = 'domain_mismatch',
  class_without_membership = null,
  reason = 'Account {account_id} expects the domain {domain} on organization {subject_id}, but no organization holds it.',
  reason_of_account = null,
  next_step = 'Add the domain to the organization',
  cause = 'domain',
  evidence = '[{"key":"domain_owner_count","type":"integer","is_volatile":false,"meaning":"how many accounts expect the domain"},{"key":"domain_eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users on the domain; null: users were not read"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'org_missing_expected_domain';
update rule_versions
set
  class = 'domain_mismatch',
  class_without_membership = null,
  reason = 'Account {account_id} expects the domain {domain} on organization {subject_id}, but another organization holds it.',
  reason_of_account = null,
  next_step = 'Decide which organization the domain belongs to',
  cause = 'domain',
  evidence = '[{"key":"domain_owner_count","type":"integer","is_volatile":false,"meaning":"how many accounts expect the domain"},{"key":"holding_organization_ids","type":"integers","is_volatile":false,"meaning":"every organization that holds the domain"},{"key":"eligible_user_count","type":"integer","is_volatile":true,"meaning":"eligible users who hang on the account; null: users were not read"},{"key":"open_ticket_count","type":"integer","is_volatile":true,"meaning":"open tickets that hang on the account; null: tickets were not read"}]'
where code = 'org_domain_attached_elsewhere';
update rule_versions
set
  class = 'assigned_to_nonmatching_org',
  class_without_membership = 'unassigned',
  reason = 'User {subject_id} has a domain of account {account_id}, but is no member of organization {organization_id}.',
  reason_of_account = null,
  next_step = 'Make the user a member of the organization',
  cause = 'current_organization',
  evidence = '[{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the user''s address"},{"key":"is_verified","type":"integer","is_volatile":false,"meaning":"1 if an address of the user is verified, else 0"},{"key":"default_organization_id","type":"integer","is_volatile":false,"meaning":"the user''s default organization; null: none"},{"key":"membership_count","type":"integer","is_volatile":true,"meaning":"how many organizations the user is a member of"}]'
where code = 'user_missing_expected_membership';
update rule_versions
set
  class = 'default_org_mismatch',
  class_without_membership = null,
  reason = 'User {subject_id} is a member of organization {organization_id}, but it is not the default one.',
  reason_of_account = null,
  next_step = 'Make the organization the default one',
  cause = 'current_organization',
  evidence = '[{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the user''s address"},{"key":"default_organization_id","type":"integer","is_volatile":false,"meaning":"the user''s default organization; null: none"},{"key":"membership_count","type":"integer","is_volatile":true,"meaning":"how many organizations the user is a member of"}]'
where code = 'user_default_org_not_expected';
update rule_versions
set
  class = 'blocked_by_duplicate',
  class_without_membership = null,
  reason = 'User {subject_id} has a domain of account {account_id}, which has several organizations, and belongs to none of them by default.',
  reason_of_account = null,
  next_step = 'Review the issues',
  cause = 'account',
  evidence = '[{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the user''s address"},{"key":"default_organization_id","type":"integer","is_volatile":false,"meaning":"the user''s default organization; null: none"},{"key":"organization_ids","type":"integers","is_volatile":false,"meaning":"every organization that carries the account''s id"}]'
where code = 'user_resolution_blocked_duplicate_external_id';
update rule_versions
set
  class = 'ambiguous_domain',
  class_without_membership = null,
  reason = 'The domain of user {subject_id} is expected by several accounts, and the default organization is none of theirs.',
  reason_of_account = null,
  next_step = 'Decide which account owns the domain',
  cause = 'domain',
  evidence = '[{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the user''s address"},{"key":"default_organization_id","type":"integer","is_volatile":false,"meaning":"the user''s default organization; null: none"},{"key":"owner_account_ids","type":"texts","is_volatile":false,"meaning":"every account that expects the domain"}]'
where code = 'user_domain_ambiguous';
update rule_versions
set
  class = 'ticket_org_mismatch_domain_match',
  class_without_membership = null,
  reason = 'Ticket {subject_id} is not filed under organization {organization_id} of its requester''s account, but under another.',
  reason_of_account = null,
  next_step = 'Repair the requester''s membership, or file the ticket by hand',
  cause = 'current_organization',
  evidence = '[{"key":"requester_id","type":"integer","is_volatile":false,"meaning":"the user who asked"},{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the requester''s address"},{"key":"organization_id","type":"integer","is_volatile":false,"meaning":"the organization that the ticket is filed under; null: none"},{"key":"status","type":"text","is_volatile":true,"meaning":"status of the ticket"},{"key":"created_at","type":"text","is_volatile":false,"meaning":"when the ticket was made, ISO-8601 UTC"}]'
where code = 'ticket_org_mismatch';
update rule_versions
set
  class = 'ticket_org_null_domain_match',
  class_without_membership = null,
  reason = 'Ticket {subject_id} has no organization; its requester''s account has organization {organization_id}.',
  reason_of_account = null,
  next_step = 'Repair the requester''s membership, or file the ticket by hand',
  cause = 'account',
  evidence = '[{"key":"requester_id","type":"integer","is_volatile":false,"meaning":"the user who asked"},{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the requester''s address"},{"key":"organization_id","type":"integer","is_volatile":false,"meaning":"the organization that the ticket is filed under; null: none"},{"key":"status","type":"text","is_volatile":true,"meaning":"status of the ticket"},{"key":"created_at","type":"text","is_volatile":false,"meaning":"when the ticket was made, ISO-8601 UTC"}]'
where code = 'ticket_missing_org';
update rule_versions
set
  class = 'stored_org_id_dangling',
  class_without_membership = null,
  reason = 'Account {account_id} stores the id of an organization that does not exist.',
  reason_of_account = null,
  next_step = 'Correct the stored id in Salesforce',
  cause = 'account',
  evidence = '[{"key":"stored_organization_id","type":"integer","is_volatile":false,"meaning":"the id that the account stores"},{"key":"link_state","type":"text","is_volatile":false,"meaning":"how the account resolves, as in account_links"},{"key":"organization_id","type":"integer","is_volatile":false,"meaning":"the organization that the account resolves to; null: none"}]'
where code = 'stored_org_id_dangling';
update rule_versions
set
  class = 'external_id_not_canonical',
  class_without_membership = null,
  reason = 'Organization {subject_id} carries the id of account {account_id}, but not in its 18-character form.',
  reason_of_account = null,
  next_step = 'Write the 18-character id into external_id',
  cause = 'account',
  evidence = '[{"key":"external_id","type":"text","is_volatile":false,"meaning":"the organization''s external_id as Zendesk has it"},{"key":"canonical_external_id","type":"text","is_volatile":false,"meaning":"the account''s id, 18 characters"}]'
where code = 'external_id_not_canonical';
update rule_versions
set
  class = 'personal_domain_on_org',
  class_without_membership = null,
  reason = 'Organization {subject_id} holds {domain}, a domain of personal addresses.',
  reason_of_account = null,
  next_step = 'Remove the domain from the organization',
  cause = 'account',
  evidence = '[{"key":"domain","type":"text","is_volatile":false,"meaning":"the domain"}]'
where code = 'personal_domain_on_org';
update rule_versions
set
  class = 'orphan_org',
  class_without_membership = null,
  reason = 'No account of the file points to organization {subject_id}.',
  reason_of_account = null,
  next_step = 'Relink the organization or retire it',
  cause = 'account',
  evidence = '[{"key":"external_id","type":"text","is_volatile":false,"meaning":"blank, or names_no_account"},{"key":"member_count","type":"integer","is_volatile":true,"meaning":"users who are members; null: users were not read"},{"key":"ticket_count","type":"integer","is_volatile":true,"meaning":"tickets filed under it; null: tickets were not read"}]'
where code = 'orphan_org';
update rule_versions
set
  class = 'email_domain_outside_org',
  class_without_membership = null,
  reason = 'User {subject_id} is a member of organization {organization_id}, but the domain {domain} belongs neither to it nor to its account.',
  reason_of_account = null,
  next_step = 'Review the member, or add the domain to the account in Salesforce',
  cause = 'current_organization',
  evidence = '[{"key":"email_domain","type":"text","is_volatile":false,"meaning":"domain of the user''s address"},{"key":"membership_id","type":"integer","is_volatile":false,"meaning":"the membership"}]'
where code = 'email_domain_outside_org';

pragma user_version = 5;
