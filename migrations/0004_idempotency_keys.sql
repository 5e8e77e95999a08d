-- The answer that a key got, written in the transaction of what it did: a request that is still at work holds the row's
-- lock, one that was cut off leaves no row, and so a key needs no state beside its answer.
create table idempotency_keys (
    subject         bigint not null references subjects,
    path            text not null,
    key             text not null check (octet_length(key) between 1 and 200),
    request_hash    bytea not null check (octet_length(request_hash) = 32),
    created_at      timestamptz not null,
    status          integer check (status between 200 and 599),
    location        text,
    answer          bytea check (octet_length(answer) <= 1048576),
    primary key (subject, path, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
grant select, insert, delete, update (status, location, answer) on idempotency_keys to gatehouse_server;
