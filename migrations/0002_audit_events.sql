-- What happened. An event is kept as the exact bytes of its JSON document; the columns beside them only find it.
create table audit_events (
    id          bigint generated always as identity primary key,
    -- The transaction that wrote it: events below the oldest running one are complete and can be put in order.
    xact        xid8 not null default pg_current_xact_id(),
    at          timestamptz not null,
    code        text not null check (code ~ '^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$'),
    actor       text not null,
    project     text,
    stage       text,
    freight     text,
    promotion   text,
    event       bytea not null check (octet_length(event) between 2 and 65536)
);
grant select on audit_events to gatehouse_server;
grant insert (at, code, actor, project, stage, freight, promotion, event) on audit_events to gatehouse_server;

create trigger audit_events_stay before update or delete on audit_events
    for each row execute function refuse_change();
create trigger audit_events_are_not_emptied before truncate on audit_events
    for each statement execute function refuse_change();

-- One event for each address and minute in which somebody failed to prove who they are, over all servers.
create table authentication_failures (
    address     text not null,
    minute      timestamptz not null,
    primary key (address, minute)
);
grant select, insert, delete on authentication_failures to gatehouse_server;
