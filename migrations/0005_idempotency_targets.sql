-- A path can be longer than an index takes, and one path can be written in several ways: a key belongs to the hash of the
-- method and of the decoded path and query. What was kept by its path is forgotten now, not within a day.
delete from idempotency_keys;
alter table idempotency_keys
    drop column path,
    add column target_hash bytea not null check (octet_length(target_hash) = 32),
    add primary key (subject, target_hash, key);
