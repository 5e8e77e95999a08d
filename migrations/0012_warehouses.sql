-- When each Warehouse is looked at next, by whom, and what the last look found. What a Warehouse is stands in its
-- project's manifests; a row without one waits until there is one again.
create table warehouse_looks (
    project         text not null references projects,
    warehouse       text not null check (warehouse ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'),
    -- The revision of the manifests that it was last heard of with: who knows an older one does not look.
    revision        bigint not null check (revision > 0),
    look_at         timestamptz not null,
    -- Until then nobody looks, whatever anybody hints at: a registry asked for it.
    not_before      timestamptz,
    -- How many hints are waiting for a look that begins after them.
    hints           bigint not null default 0 check (hints >= 0),
    -- The number of the last look that was begun, which fences off those before; and of the last that has ended.
    lease           bigint not null default 0,
    leased_until    timestamptz,
    ended           bigint not null default 0,
    looked_at       timestamptz,
    succeeded_at    timestamptz,
    failures        integer not null default 0 check (failures >= 0),
    -- What the last look found, as JSON; of what failed, what the look before had found.
    report          text not null default '{}' check (octet_length(report) between 2 and 4194304),
    primary key (project, warehouse),
    constraint warehouse_looks_end_after_they_begin check (ended <= lease),
    constraint warehouse_looks_are_leased_whole check (leased_until is null or lease > ended)
);
create index warehouse_looks_to_do on warehouse_looks (look_at);
grant select, insert,
    update (revision, look_at, not_before, hints, lease, leased_until, ended, looked_at, succeeded_at, failures, report)
    on warehouse_looks to gatehouse_server;
create trigger warehouse_looks_hinted after insert or update of hints on warehouse_looks
    for each row when (new.hints > 0) execute function announce('warehouses');
