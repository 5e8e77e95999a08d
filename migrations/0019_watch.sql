-- Until when some server has been able to tell whether anything may go in. The log tells of pauses, once they are over.
create table last_watch (
    only_row    boolean primary key default true check (only_row),
    until       timestamptz not null
);
grant select, insert (until), update (until) on last_watch to gatehouse_server;
create trigger last_watch_stays before delete on last_watch for each row execute function refuse_change();
