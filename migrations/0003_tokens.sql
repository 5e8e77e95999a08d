-- Somebody who acts: a person, or a robot. Never removed, never reused.
create table subjects (
    id          bigint generated always as identity primary key,
    name        text not null check (octet_length(name) between 1 and 200),
    kind        text not null check (kind in ('person', 'robot')),
    created_at  timestamptz not null,
    -- Nothing for the first one, which came with the installation.
    created_by  bigint references subjects,
    unique (id, kind)
);
grant select, insert on subjects to gatehouse_server;

-- Every name of a subject, its own and those it is also known as. Two names that a reader would take for one another
-- have one skeleton, and belong to one subject.
create table subject_names (
    skeleton    text primary key,
    folded      text not null unique,
    written     text not null check (octet_length(written) between 1 and 200),
    subject     bigint not null references subjects
);
grant select, insert on subject_names to gatehouse_server;

create table tokens (
    id                  text primary key check (id ~ '^[a-z2-7]{16}$'),
    name                text not null check (octet_length(name) between 1 and 200),
    subject             bigint not null,
    kind                text not null,
    hash                bytea not null unique check (octet_length(hash) = 32),
    roles               text[] not null,
    projects            text[] check (cardinality(projects) > 0),
    stages              text[] check (cardinality(stages) > 0),
    is_bootstrap        boolean not null default false,
    created_at          timestamptz not null,
    created_by          bigint references subjects,
    created_with        text,
    expires_at          timestamptz,
    revoked_at          timestamptz,
    revoked_by          bigint references subjects,
    last_used_at        timestamptz,
    foreign key (subject, kind) references subjects (id, kind),
    unique (id, subject),
    -- A token is made by the subject of the token that it is made with, and by nobody else.
    foreign key (created_with, created_by) references tokens (id, subject),
    constraint tokens_roles_are_known check (
        cardinality(roles) > 0
        and roles <@ array['viewer', 'gate', 'ci', 'operator', 'approver', 'auditor', 'admin']),
    constraint tokens_robots_never_approve check (kind = 'person' or not roles && array['approver']),
    constraint tokens_have_a_creator check (is_bootstrap = (created_by is null)),
    constraint tokens_creator_is_whole check ((created_by is null) = (created_with is null)),
    constraint tokens_stages_need_projects check (stages is null or projects is not null),
    constraint tokens_end_after_they_begin check (expires_at > created_at),
    constraint tokens_revocation_is_whole check (revoked_at is not null or revoked_by is null)
);
create unique index tokens_one_bootstrap on tokens (is_bootstrap) where is_bootstrap and revoked_at is null;
create index tokens_by_subject on tokens (subject);
grant select, insert, update (revoked_at, revoked_by, last_used_at) on tokens to gatehouse_server;

create function refuse_unrevoking() returns trigger language plpgsql as $$
begin
    raise exception 'token % is revoked: that is for ever', old.id using errcode = 'insufficient_privilege';
end
$$;
create trigger tokens_stay_revoked before update of revoked_at, revoked_by on tokens
    for each row when (old.revoked_at is not null) execute function refuse_unrevoking();
create trigger tokens_change after insert or update of revoked_at on tokens
    for each statement execute function announce('tokens');
