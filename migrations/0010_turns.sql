-- Whoever changes what a Stage waits for calls for a look at it, in the same transaction; whoever looks takes the calls
-- away, in the transaction of the look. So no change goes unseen, whatever is killed when, and a call holds nobody up.
drop trigger freight_change on freight;
drop trigger promotions_change on promotions;
create table stage_calls (
    number          bigint generated always as identity primary key,
    -- Nothing means all of them.
    project         text,
    stage           text,
    -- Only those that take new Freight straight from this Warehouse.
    warehouse       text,
    constraint stage_calls_stages_are_in_projects check (stage is null or project is not null),
    constraint stage_calls_name_one_or_many check (warehouse is null or stage is null and project is not null)
);
create index stage_calls_by_stage on stage_calls (project, stage);
grant select, insert, delete on stage_calls to gatehouse_server;
create trigger stage_calls_change after insert on stage_calls for each statement execute function announce('promotions');

-- When a Stage is looked at again although nobody has called: time changes what it waits for.
create table stage_looks (
    project         text not null references projects,
    stage           text not null,
    due             timestamptz not null,
    primary key (project, stage)
);
create index stage_looks_by_time on stage_looks (due);
grant select, insert, update (due), delete on stage_looks to gatehouse_server;

-- Promotions are no longer looked at one by one. When time alone would let one in is for those who read.
drop index promotions_to_do;
alter table promotions rename column look_at to next_open;
create index promotions_by_project on promotions (project, requested_at, id);
create index promotions_unfinished on promotions (requested_at, id) where ended_at is null;
create index promotions_by_stage_and_freight on promotions (project, stage, freight, requested_at);
-- What nobody works on any more, and somebody should.
create index promotions_to_work_on on promotions (leased_until) where phase in ('Running', 'Verifying');
-- A deployer outside tells its result by then.
alter table promotions add column deadline timestamptz;
alter table promotions add constraint promotions_outside_have_deadlines check (
    deadline is not null or kind <> 'external' or phase not in ('Running', 'Verifying'));
grant update (deadline) on promotions to gatehouse_server;
alter table promotions drop constraint promotions_progress_check;
alter table promotions add constraint promotions_progress_check check (
    progress in ('unsent', 'sent', 'condemned', 'stopping'));
-- Whoever takes a promotion over has a higher number than everybody who ever worked on any.
create sequence promotion_fences;
grant usage on promotion_fences to gatehouse_server;

-- All that a promotion is to do outside, as the policy said when it was let in.
alter table promotions add column work text check (octet_length(work) between 2 and 65536);
grant update (work) on promotions to gatehouse_server;

-- What a promotion does outside: each row an intent, written down before it is done.
drop table promotion_steps;
create table promotion_steps (
    promotion       text not null references promotions,
    number          integer not null check (number > 0),
    work            text not null check (octet_length(work) between 2 and 65536),
    -- The fence of whoever intended it, who must have sent it by then or leave it.
    fence           bigint not null,
    intended_at     timestamptz not null,
    not_after       timestamptz not null,
    -- When it was known to be sent.
    sent_at         timestamptz,
    ended_at        timestamptz,
    outcome         text check (outcome in ('done', 'failed', 'errored', 'stopped', 'withdrawn')),
    detail          text check (octet_length(detail) <= 4000),
    primary key (promotion, number),
    constraint promotion_steps_are_sent_soon check (not_after > intended_at),
    constraint promotion_steps_end_whole check ((ended_at is null) = (outcome is null)),
    constraint promotion_steps_withdrawn_were_not_sent check (outcome <> 'withdrawn' or sent_at is null)
);
-- One thing at a time.
create unique index promotion_steps_one_open on promotion_steps (promotion) where ended_at is null;
grant select, insert, update (sent_at, ended_at, outcome, detail) on promotion_steps to gatehouse_server;
create trigger promotion_steps_stay_ended before update on promotion_steps
    for each row when (old.ended_at is not null) execute function refuse_change();
create trigger promotion_steps_are_not_removed before delete on promotion_steps
    for each row execute function refuse_change();

-- What a promotion held while it was on its way it holds no more if nothing comes of it.
alter table promotion_holds add column promotion text references promotions;
grant update (promotion, by, reason, at) on promotion_holds to gatehouse_server;
-- Whether what goes in by itself is to be kept from undoing it.
alter table promotions add column holds_origin boolean not null default false;
create index promotion_holds_by_promotion on promotion_holds (promotion) where ended_at is null;

-- It turned out that nothing had been sent.
alter table deployments add column withdrawn_at timestamptz;
grant update (at, withdrawn_at) on deployments to gatehouse_server;

-- Other Freight was deployed over it: it is still what was good last, and soaks no more.
alter table occupancies add column displaced_at timestamptz check (displaced_at >= since);
grant update (displaced_at) on occupancies to gatehouse_server;

-- What waits now is looked at under the new rules.
insert into stage_calls default values;
