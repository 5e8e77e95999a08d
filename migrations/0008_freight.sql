-- Releases. Their names are Kargo's, made of what they hold; that never changes, and none is ever removed.
create table freight (
    project         text not null references projects,
    id              text not null check (id ~ '^[0-9a-f]{40}$'),
    -- The order in which they were found, whatever clocks say.
    number          bigint generated always as identity unique,
    warehouse       text not null check (warehouse ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'),
    discovered_at   timestamptz not null,
    artifacts       text not null check (octet_length(artifacts) between 2 and 262144),
    -- Who made it by hand; nothing if its Warehouse found it.
    made_by         bigint references subjects,
    primary key (project, id)
);
create index freight_by_warehouse on freight (project, warehouse, number);
grant select, insert on freight to gatehouse_server;
create trigger freight_change after insert on freight for each statement execute function announce('promotions');
create trigger freight_stays before update or delete on freight for each row execute function refuse_change();

-- Names for people. One that has meant some Freight never means other Freight.
create table freight_aliases (
    project         text not null,
    alias           text not null check (alias ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' and alias !~ '^[0-9a-f]{40}$'),
    freight         text not null,
    since           timestamptz not null,
    is_current      boolean not null,
    primary key (project, alias),
    foreign key (project, freight) references freight
);
create unique index freight_aliases_one_current on freight_aliases (project, freight) where is_current;
grant select, insert, update (is_current) on freight_aliases to gatehouse_server;

-- What Freight is found by: its tags, versions, digests and commits.
create table freight_artifacts (
    project         text not null,
    freight         text not null,
    kind            text not null check (kind in ('image', 'commit', 'chart')),
    repository      text not null,
    version         text not null,
    digest          text,
    foreign key (project, freight) references freight
);
create index freight_artifacts_by_freight on freight_artifacts (project, freight);
create index freight_artifacts_by_version on freight_artifacts (project, version);
create index freight_artifacts_by_digest on freight_artifacts (project, digest);
grant select, insert on freight_artifacts to gatehouse_server;

-- Freight that somebody wants nowhere, until somebody takes that back.
create table freight_rejections (
    project         text not null,
    freight         text not null,
    at              timestamptz not null,
    by              bigint not null references subjects,
    reason          text not null check (octet_length(reason) between 1 and 2000),
    ended_at        timestamptz,
    ended_by        bigint references subjects,
    ended_why       text check (octet_length(ended_why) between 1 and 2000),
    foreign key (project, freight) references freight,
    constraint freight_rejections_end_whole check (
        (ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null))
);
create unique index freight_rejections_one_open on freight_rejections (project, freight) where ended_at is null;
grant select, insert, update (ended_at, ended_by, ended_why) on freight_rejections to gatehouse_server;
create trigger freight_rejections_stay_ended before update on freight_rejections
    for each row when (old.ended_at is not null) execute function refuse_change();

-- A Stage takes nothing in, and those behind it look past it.
create table stage_disablings (
    project         text not null references projects,
    stage           text not null check (stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    at              timestamptz not null,
    by              bigint not null references subjects,
    reason          text not null check (octet_length(reason) between 1 and 2000),
    until           timestamptz,
    ended_at        timestamptz,
    ended_by        bigint references subjects,
    ended_why       text check (octet_length(ended_why) between 1 and 2000),
    constraint stage_disablings_end_after_they_begin check (until > at),
    constraint stage_disablings_end_whole check (
        (ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null))
);
create index stage_disablings_by_stage on stage_disablings (project, stage, at);
create unique index stage_disablings_one_open on stage_disablings (project, stage) where ended_at is null;
grant select, insert, update (ended_at, ended_by, ended_why) on stage_disablings to gatehouse_server;
create trigger stage_disablings_stay_ended before update on stage_disablings
    for each row when (old.ended_at is not null) execute function refuse_change();
