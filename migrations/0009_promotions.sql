-- One Freight on its way into one Stage. The phases are drawn in docs/state-machine.md.
create table promotions (
    id              text primary key check (octet_length(id) between 1 and 253),
    project         text not null,
    stage           text not null check (stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    freight         text not null,
    warehouse       text not null,
    kind            text not null check (kind in ('person', 'auto', 'rollback', 'external')),
    phase           text not null check (phase in ('Pending', 'Waiting', 'Running', 'Verifying', 'Succeeded', 'Failed',
                                                   'Errored', 'Aborted', 'Superseded')),
    -- Why it waits, or why it ended as it did: a stable code, that of the gate if one ended it, and a sentence.
    code            text,
    gate            text,
    reason          text check (octet_length(reason) <= 4000),
    -- Whether a running one has sent what cannot be undone, and whether a gate has said since that it must fail.
    progress        text check (progress in ('unsent', 'sent', 'condemned')),
    requested_at    timestamptz not null,
    -- Nothing if nobody asked: it was promoted by itself.
    requested_by    bigint references subjects,
    requested_with  text,
    justification   text check (octet_length(justification) between 1 and 2000),
    ticket          text check (octet_length(ticket) between 1 and 200),
    wait_until      timestamptz,
    retry_of        text references promotions,
    -- When it is judged again without anything having changed.
    look_at         timestamptz,
    -- Whoever works on it holds it until then; the number fences off those who held it before.
    lease           bigint not null default 0,
    leased_until    timestamptz,
    started_at      timestamptz,
    ended_at        timestamptz,
    foreign key (project, freight) references freight,
    foreign key (requested_with, requested_by) references tokens (id, subject),
    constraint promotions_are_asked_for_by_somebody check (
        (requested_by is null) = (kind = 'auto') and (requested_by is null) = (requested_with is null)),
    constraint promotions_end_when_they_end check (
        (ended_at is not null) = (phase in ('Succeeded', 'Failed', 'Errored', 'Aborted', 'Superseded'))),
    constraint promotions_say_why check (code is not null or phase in ('Pending', 'Running', 'Verifying')),
    constraint promotions_run_somehow check ((progress is not null) = (phase = 'Running')),
    constraint promotions_start_before_they_run check (
        started_at is not null or phase not in ('Running', 'Verifying', 'Succeeded')),
    constraint promotions_are_leased_whole check (leased_until is null or lease > 0)
);
-- One at a time works on a Stage.
create unique index promotions_one_active on promotions (project, stage) where phase in ('Running', 'Verifying');
-- One of a Freight is on its way into a Stage.
create unique index promotions_one_of_freight on promotions (project, stage, freight) where ended_at is null;
create index promotions_by_stage on promotions (project, stage, requested_at);
create index promotions_by_freight on promotions (project, freight, requested_at);
-- Exactly those that somebody can work on.
create index promotions_to_do on promotions (look_at) where ended_at is null;
grant select, insert,
    update (phase, code, gate, reason, progress, look_at, lease, leased_until, started_at, ended_at) on promotions to gatehouse_server;
create trigger promotions_stay_ended before update on promotions
    for each row when (old.ended_at is not null) execute function refuse_change();
create trigger promotions_are_not_removed before delete on promotions
    for each row execute function refuse_change();
create trigger promotions_change after insert or update of phase on promotions
    for each statement execute function announce('promotions');

-- What a promotion does, each written before it is done.
create table promotion_steps (
    promotion       text not null references promotions,
    number          integer not null check (number > 0),
    kind            text not null check (kind in ('deploy', 'verify')),
    -- Whoever intended it must have done it by then, and the fence that they held.
    intended_at     timestamptz not null,
    not_after       timestamptz not null,
    lease           bigint not null,
    ended_at        timestamptz,
    outcome         text check (outcome in ('done', 'failed', 'errored', 'aborted')),
    detail          text check (octet_length(detail) <= 65536),
    primary key (promotion, number),
    constraint promotion_steps_end_whole check ((ended_at is null) = (outcome is null))
);
grant select, insert, update (ended_at, outcome, detail) on promotion_steps to gatehouse_server;
create trigger promotion_steps_stay_ended before update on promotion_steps
    for each row when (old.ended_at is not null) execute function refuse_change();

-- What a Stage was made to run, from the first thing done to it; whether it went well or not.
create table deployments (
    project         text not null,
    stage           text not null,
    warehouse       text not null,
    freight         text not null,
    promotion       text primary key references promotions,
    at              timestamptz not null,
    foreign key (project, freight) references freight
);
create index deployments_by_stage on deployments (project, stage, warehouse, at);
grant select, insert on deployments to gatehouse_server;

-- What was current in a Stage, from when to when.
create table occupancies (
    project         text not null,
    stage           text not null,
    warehouse       text not null,
    freight         text not null,
    promotion       text primary key references promotions,
    since           timestamptz not null,
    until           timestamptz check (until >= since),
    foreign key (project, freight) references freight
);
create unique index occupancies_one_current on occupancies (project, stage, warehouse) where until is null;
create index occupancies_by_freight on occupancies (project, freight);
grant select, insert, update (until) on occupancies to gatehouse_server;
create trigger occupancies_stay_ended before update on occupancies
    for each row when (old.until is not null) execute function refuse_change();

-- Freight that did well in a Stage. Nothing is written here of a Stage that was looked past.
create table stage_verifications (
    project         text not null,
    freight         text not null,
    stage           text not null,
    promotion       text primary key references promotions,
    at              timestamptz not null,
    revoked_at      timestamptz,
    revoked_why     text check (octet_length(revoked_why) between 1 and 2000),
    foreign key (project, freight) references freight,
    constraint stage_verifications_are_revoked_whole check ((revoked_at is null) = (revoked_why is null))
);
create index stage_verifications_by_freight on stage_verifications (project, freight);
grant select, insert, update (revoked_at, revoked_why) on stage_verifications to gatehouse_server;
create trigger stage_verifications_stay_revoked before update on stage_verifications
    for each row when (old.revoked_at is not null) execute function refuse_change();

-- A yes to a Freight in a Stage, with a note.
create table freight_approvals (
    id              text primary key check (id ~ '^[a-z2-7]{16}$'),
    project         text not null,
    freight         text not null,
    stage           text not null,
    subject         bigint not null,
    kind            text not null default 'person' check (kind = 'person'),
    token           text not null,
    at              timestamptz not null,
    note            text not null check (octet_length(note) between 1 and 2000),
    foreign key (project, freight) references freight,
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
create index freight_approvals_by_freight on freight_approvals (project, freight, stage);
grant select, insert on freight_approvals to gatehouse_server;
create trigger freight_approvals_stay before update or delete on freight_approvals
    for each row execute function refuse_change();

-- Nothing of a Warehouse is promoted into a Stage by itself, until somebody lets it go on.
create table promotion_holds (
    project         text not null,
    stage           text not null,
    warehouse       text not null,
    at              timestamptz not null,
    by              bigint not null references subjects,
    reason          text not null check (octet_length(reason) between 1 and 2000),
    ended_at        timestamptz,
    ended_by        bigint references subjects
);
create unique index promotion_holds_one_open on promotion_holds (project, stage, warehouse) where ended_at is null;
grant select, insert, update (ended_at, ended_by) on promotion_holds to gatehouse_server;
create trigger promotion_holds_stay_ended before update on promotion_holds
    for each row when (old.ended_at is not null) execute function refuse_change();
