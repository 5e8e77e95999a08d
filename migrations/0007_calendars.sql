-- Calendars that somebody loaded; built-in ones are in the program. Each version is kept.
create table calendars (
    id          text not null check (id ~ '^[A-Z0-9][A-Z0-9._-]{0,62}$'),
    version     bigint not null check (version > 0),
    document    text not null check (octet_length(document) <= 8388608),
    hash        bytea not null check (octet_length(hash) = 32),
    reason      text check (octet_length(reason) between 1 and 2000),
    loaded_by   bigint not null references subjects,
    loaded_at   timestamptz not null,
    primary key (id, version)
);
grant select, insert on calendars to gatehouse_server;

-- What an exchange announces between two versions of its calendar. Never removed: withdrawn.
create table adjustments (
    id              text primary key check (id ~ '^[a-z2-7]{16}$'),
    calendar        text not null check (calendar ~ '^[A-Z0-9][A-Z0-9._-]{0,62}$'),
    date            date not null,
    kind            text not null check (kind in ('closed', 'earlyClose', 'lateOpen', 'extraSession')),
    -- Times of the exchange's own clock.
    at              text,
    until           text,
    reason          text not null check (octet_length(reason) between 1 and 2000),
    source          text not null check (octet_length(source) between 1 and 2000),
    requested_by    bigint not null references subjects,
    token           text not null,
    requested_at    timestamptz not null,
    -- How many others must agree: what opens gates needs them, what closes gates does not.
    approvals       integer not null check (approvals between 0 and 10),
    effective_at    timestamptz,
    withdrawn_at    timestamptz,
    withdrawn_by    bigint references subjects,
    withdrawn_why   text check (octet_length(withdrawn_why) between 1 and 2000),
    foreign key (token, requested_by) references tokens (id, subject),
    constraint adjustments_have_their_times check (
        case kind when 'closed' then at is null and until is null
                  when 'extraSession' then at is not null and until is not null
                  else at is not null and until is null end),
    constraint adjustments_are_withdrawn_whole check (
        (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_why is null))
);
create index adjustments_by_calendar on adjustments (calendar, date);
grant select, insert, update (effective_at, withdrawn_at, withdrawn_by, withdrawn_why) on adjustments
    to gatehouse_server;
create trigger adjustments_stay_withdrawn before update on adjustments
    for each row when (old.withdrawn_at is not null) execute function refuse_change();
create trigger adjustments_stay_effective before update of effective_at on adjustments
    for each row when (old.effective_at is not null) execute function refuse_change();

create table adjustment_approvals (
    adjustment  text not null references adjustments,
    subject     bigint not null,
    kind        text not null default 'person' check (kind = 'person'),
    token       text not null,
    at          timestamptz not null,
    primary key (adjustment, subject),
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
grant select, insert on adjustment_approvals to gatehouse_server;
create trigger adjustment_approvals_are_others before insert on adjustment_approvals for each row
    execute function refuse_own_approval('select requested_by from adjustments where id = $1.adjustment');
