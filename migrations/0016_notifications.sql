-- Who is told of events, and how far they have been told. The log itself is what is told from: an event and the word of it
-- are one transaction. The order is that of the transactions' numbers, so that none which ends late is passed over.
create table notification_receivers (
    name        text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    -- The last event that was looked at. Those up to `above` were there before the receiver.
    xact        xid8 not null,
    event       bigint not null,
    above       bigint not null
);

-- What is yet to be told to whom.
create table notification_deliveries (
    receiver    text not null references notification_receivers,
    event       bigint not null,
    attempts    integer not null default 0,
    first_at    timestamptz not null default clock_timestamp(),
    next_at     timestamptz not null default clock_timestamp(),
    last_error  text check (octet_length(last_error) between 1 and 2000),
    primary key (receiver, event)
);
create index notification_deliveries_by_time on notification_deliveries (receiver, next_at);

-- What the server has called to mind, each once.
create table reminders (
    code        text not null,
    about       text not null check (octet_length(about) between 1 and 300),
    primary key (code, about)
);

grant select, insert, update (xact, event, above) on notification_receivers to gatehouse_server;
grant select, insert (receiver, event), update (attempts, next_at, last_error), delete on notification_deliveries
    to gatehouse_server;
grant select, insert on reminders to gatehouse_server;
