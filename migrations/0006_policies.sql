-- What decides. Each row is a scope, '' meaning everything; its epoch rises with every change to what decides there.
--
-- Whoever lets a release on holds the scope's advisory lock shared and compares the epochs with those of what it decided
-- by; whoever changes what decides holds it exclusively. So after a change has been answered, nothing commits by what
-- held before.
create table epochs (
    scope       text primary key check (octet_length(scope) <= 63),
    epoch       bigint not null default 1 check (epoch > 0)
);
insert into epochs (scope) values ('');
grant select, insert, update (epoch) on epochs to gatehouse_server;

create function refuse_going_back() returns trigger language plpgsql as $$
begin
    raise exception 'the epoch of ''%'' only rises', old.scope using errcode = 'insufficient_privilege';
end
$$;
create trigger epochs_rise before update on epochs
    for each row when (new.epoch <= old.epoch) execute function refuse_going_back();
create trigger epochs_change after insert or update on epochs
    for each statement execute function announce('decisions');

create table projects (
    name        text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    created_at  timestamptz not null,
    -- The revision in force; none until the first is.
    revision    bigint
);
grant select, insert, update (revision) on projects to gatehouse_server;

-- Every desired state that somebody wrote, kept as it was.
create table revisions (
    project     text not null references projects,
    number      bigint not null check (number > 0),
    -- The manifests in their canonical form, and their hash.
    document    text not null check (octet_length(document) <= 4194304),
    hash        bytea not null check (octet_length(hash) = 32),
    diff        text not null,
    reason      text check (octet_length(reason) between 1 and 2000),
    loosens     boolean not null,
    author      bigint not null references subjects,
    token       text not null,
    written_at  timestamptz not null,
    -- How many others must agree before it is in force.
    approvals   integer not null check (approvals between 0 and 10),
    in_force_at timestamptz,
    -- Somebody said no, or a later revision came first.
    refused_at  timestamptz,
    refused_by  bigint references subjects,
    refused_why text,
    primary key (project, number),
    foreign key (token, author) references tokens (id, subject),
    constraint revisions_are_in_force_or_refused check (in_force_at is null or refused_at is null)
);
alter table projects add foreign key (name, revision) references revisions (project, number);
create unique index revisions_one_pending on revisions (project) where in_force_at is null and refused_at is null;
grant select, insert, update (in_force_at, refused_at, refused_by, refused_why) on revisions to gatehouse_server;

create trigger revisions_stay before update of in_force_at, refused_at on revisions
    for each row when (old.in_force_at is not null or old.refused_at is not null) execute function refuse_change();

-- A yes to a revision, by somebody else than its author, once each.
create table revision_approvals (
    project     text not null,
    number      bigint not null,
    subject     bigint not null,
    kind        text not null default 'person' check (kind = 'person'),
    token       text not null,
    at          timestamptz not null,
    primary key (project, number, subject),
    foreign key (project, number) references revisions,
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
grant select, insert on revision_approvals to gatehouse_server;

-- "Another person" is another subject, and none by a token that the first one made, nor by one made with such a token.
create function token_makers(token text) returns setof bigint language sql stable as $$
    with recursive makers as (
        select created_by, created_with from tokens where id = token
        union all
        select t.created_by, t.created_with from makers m join tokens t on t.id = m.created_with
    )
    select created_by from makers where created_by is not null
$$;

create function refuse_own_approval() returns trigger language plpgsql as $$
declare
    wanted_by bigint;
begin
    execute tg_argv[0] into wanted_by using new;
    if new.subject = wanted_by
        or wanted_by in (select token_makers(new.token)) then
        raise exception 'nobody approves what they asked for themselves' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger revision_approvals_are_others before insert on revision_approvals for each row
    execute function refuse_own_approval('select author from revisions where project = $1.project and number = $1.number');

-- The line is stopped: for everything, a project or a stage. A freeze is ended, never removed.
create table freezes (
    id              text primary key check (id ~ '^[a-z2-7]{16}$'),
    project         text check (project ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    stage           text check (stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    reason          text not null check (octet_length(reason) between 1 and 2000),
    rollbacks       boolean not null,
    break_glass     boolean not null,
    started_at      timestamptz not null,
    started_by      bigint not null references subjects,
    until           timestamptz,
    ended_at        timestamptz,
    ended_by        bigint references subjects,
    ended_why       text check (octet_length(ended_why) between 1 and 2000),
    constraint freezes_of_stages_name_a_project check (stage is null or project is not null),
    constraint freezes_end_after_they_begin check (until > started_at),
    constraint freezes_end_whole check (
        (ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null))
);
create index freezes_that_last on freezes (started_at) where ended_at is null;
grant select, insert, update (ended_at, ended_by, ended_why) on freezes to gatehouse_server;
create trigger freezes_stay_ended before update on freezes
    for each row when (old.ended_at is not null) execute function refuse_change();
