-- A hold ends when somebody lets its Stage go on, and says why.
alter table promotion_holds
    add column ended_why text check (octet_length(ended_why) between 1 and 2000),
    add constraint promotion_holds_end_whole check (
        (ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null));
grant update (ended_why) on promotion_holds to gatehouse_server;

-- A yes to Freight that somebody took back counts no more. That is for ever: whoever says yes again says it anew.
alter table freight_approvals
    add column revoked_at timestamptz,
    add column revoked_by bigint references subjects,
    add column revoked_why text check (octet_length(revoked_why) between 1 and 2000),
    add constraint freight_approvals_are_revoked_whole check (
        (revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoked_why is null));
grant update (revoked_at, revoked_by, revoked_why) on freight_approvals to gatehouse_server;
-- The promotion that went well used it up.
alter table freight_approvals add column used_by text references promotions;
grant update (used_by) on freight_approvals to gatehouse_server;
drop trigger freight_approvals_stay on freight_approvals;
create trigger freight_approvals_stay_revoked before update on freight_approvals
    for each row when (old.revoked_at is not null or old.used_by is not null
                       or (new.revoked_at is null) = (new.used_by is null)) execute function refuse_change();
create trigger freight_approvals_are_not_removed before delete on freight_approvals
    for each row execute function refuse_change();
