-- Who may do what: the role that runs this file owns every table; servers are members of gatehouse_server and get only
-- the rights that a migration grants. Roles belong to the whole cluster, so another database may have made this one.
do $$
begin
    create role gatehouse_server nologin;
exception
    when duplicate_object or unique_violation then null;
end
$$;

-- The first server decides for ever what a database is for: real and rehearsed events never stand in one log.
create table purpose (
    only_row        boolean primary key default true check (only_row),
    is_drill        boolean not null,
    decided_at      timestamptz not null default now()
);
grant select, insert on purpose to gatehouse_server;

-- A drill's clock.
create table drill (
    only_row        boolean primary key default true check (only_row),
    marked_at       timestamptz not null default now(),
    -- The simulated clock: it said `simulated` when the database's clock said `anchored_at`, and runs at `rate`.
    anchored_at     timestamptz not null,
    simulated       timestamptz not null,
    rate            double precision not null check (rate > 0 and rate <= 100000)
);
grant select, insert, update (anchored_at, simulated, rate) on drill to gatehouse_server;

-- Every change is announced on one channel; the payload names what changed. Listeners reload, they never believe.
create function announce() returns trigger language plpgsql as $$
begin
    perform pg_notify('gatehouse', tg_argv[0]);
    return null;
end
$$;

-- Keeps what must never change, whoever asks.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end
$$;
