-- The order of the log, and what proves it: an RFC 6962 tree over the events' bytes.
--
-- A sealer puts events in order when no transaction is left that could still write one before them. It finds those that
-- are not in order yet by the numbers of their transactions.
create index audit_events_in_order on audit_events (xact, id);

-- Which event is which leaf. That the event is there is seen to by whoever seals: a foreign key would write to each event
-- again. The hash is that of the leaf, SHA-256(0x00 ‖ event).
create table audit_leaves (
    leaf        bigint primary key check (leaf >= 0),
    event       bigint not null unique,
    hash        bytea not null check (octet_length(hash) = 32)
);

-- Roots of complete subtrees, of each eighth height only: what lies between is made from at most 128 of them.
create table audit_nodes (
    height      smallint not null check (height > 0 and height % 8 = 0),
    index       bigint not null check (index >= 0),
    hash        bytea not null check (octet_length(hash) = 32),
    primary key (height, index)
);

-- What the log was, signed: C2SP's tlog-checkpoint.
create table audit_checkpoints (
    size        bigint primary key check (size > 0),
    root        bytea not null check (octet_length(root) = 32),
    note        text not null check (octet_length(note) between 1 and 65536),
    -- Every event of a transaction below this one is in the tree, unless it came in by a restore.
    below       xid8 not null,
    at          timestamptz not null default clock_timestamp()
);

-- The keys that checkpoints are, and were, signed with, as signed notes write them; the last one signs.
create table audit_keys (
    number      bigint generated always as identity primary key,
    key         text not null unique check (octet_length(key) between 1 and 400),
    added_at    timestamptz not null default clock_timestamp()
);

-- Two people said that a log which is not the one that a server knew is to be gone on with: as it was with this size.
create table audit_rollbacks (
    id          text primary key check (id ~ '^[a-z2-7]{16}$'),
    size        bigint not null check (size >= 0),
    root        bytea not null check (octet_length(root) = 32),
    -- What the server that was asked knew.
    known       text not null check (octet_length(known) between 1 and 65536),
    reason      text not null check (octet_length(reason) between 1 and 2000),
    subject     bigint not null,
    kind        text not null default 'person' check (kind = 'person'),
    token       text not null,
    at          timestamptz not null default clock_timestamp(),
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
create table audit_rollback_approvals (
    rollback    text primary key references audit_rollbacks,
    subject     bigint not null,
    kind        text not null default 'person' check (kind = 'person'),
    token       text not null,
    at          timestamptz not null default clock_timestamp(),
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
create trigger audit_rollback_approvals_are_others before insert on audit_rollback_approvals for each row
    execute function refuse_own_approval('select subject from audit_rollbacks where id = $1.rollback');

grant select on audit_leaves, audit_nodes, audit_checkpoints, audit_keys, audit_rollbacks, audit_rollback_approvals
    to gatehouse_server;
grant insert on audit_leaves, audit_nodes to gatehouse_server;
grant insert (size, root, note, below) on audit_checkpoints to gatehouse_server;
grant insert (key) on audit_keys to gatehouse_server;
grant insert (id, size, root, known, reason, subject, token) on audit_rollbacks to gatehouse_server;
grant insert (rollback, subject, token) on audit_rollback_approvals to gatehouse_server;

-- Nothing of it is ever changed. The triggers fire for a superuser who replays changes, too (session_replication_role):
-- only whoever takes them away can change the log, and a kept checkpoint shows that.
alter table audit_events enable always trigger audit_events_stay;
alter table audit_events enable always trigger audit_events_are_not_emptied;
do $$
declare
    name text;
begin
    foreach name in array array['audit_leaves', 'audit_nodes', 'audit_checkpoints', 'audit_keys', 'audit_rollbacks',
        'audit_rollback_approvals']
    loop
        execute format('create trigger %I before update or delete on %I for each row execute function refuse_change()',
            name || '_stay', name);
        execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()',
            name || '_are_not_emptied', name);
        execute format('alter table %I enable always trigger %I', name, name || '_stay');
        execute format('alter table %I enable always trigger %I', name, name || '_are_not_emptied');
    end loop;
end
$$;
