-- "Another person" is another subject, and none by a token that the first one made, nor by one made with such a token.
-- Behind a robot stand those who made its token: what it asks for, they asked for.
create or replace function refuse_own_approval() returns trigger language plpgsql as $$
declare
    wanted_by bigint;
    wanted_with text;
begin
    execute tg_argv[0] into wanted_by, wanted_with using new;
    if new.subject = wanted_by
        or wanted_by in (select token_makers(new.token))
        or new.subject in (select makers_behind(wanted_by, wanted_with)) then
        raise exception 'nobody approves what they asked for themselves' using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create function makers_behind(subject bigint, token text) returns setof bigint language sql stable as $$
    select m from subjects s, token_makers(token) m where s.id = subject and s.kind = 'robot'
$$;

-- The robots for which somebody stands: those whose tokens they made, or that were made with a token that they made.
create function robots_of(maker bigint) returns setof bigint language sql stable as $$
    with recursive made as (
        select id, subject, kind from tokens where created_by = maker
        union
        select t.id, t.subject, t.kind from made m join tokens t on t.created_with = m.id
    )
    select distinct subject from made where kind = 'robot'
$$;
create index tokens_by_maker on tokens (created_by);
create index tokens_by_making_token on tokens (created_with);

drop trigger revision_approvals_are_others on revision_approvals;
create trigger revision_approvals_are_others before insert on revision_approvals for each row
    execute function refuse_own_approval('select author, token from revisions where project = $1.project and number = $1.number');
drop trigger adjustment_approvals_are_others on adjustment_approvals;
create trigger adjustment_approvals_are_others before insert on adjustment_approvals for each row
    execute function refuse_own_approval('select requested_by, token from adjustments where id = $1.adjustment');

-- Somebody's wish to let one Freight past named gates of one Stage, once, and what became of it: it waits for others to
-- agree, can be used for a while, and is used up by the one promotion that needs it. It never goes back.
create table overrides (
    id              text primary key check (id ~ '^[a-z2-7]{16}$'),
    project         text not null,
    stage           text not null check (stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    freight         text not null,
    -- The only promotion that may use it, if one was named.
    promotion       text check (octet_length(promotion) between 1 and 253),
    bypasses        text[] not null check (cardinality(bypasses) between 1 and 100),
    covers_unknown  boolean not null,
    justification   text not null check (octet_length(justification) between 1 and 2000),
    ticket          text check (octet_length(ticket) between 1 and 200),
    requested_by    bigint not null,
    token           text not null,
    requested_at    timestamptz not null,
    approvals       integer not null check (approvals between 0 and 10),
    -- Until when it can be agreed to; how long it can be used from then on; how soon afterwards somebody looks at it.
    approve_by      timestamptz not null check (approve_by > requested_at),
    valid_for       bigint not null check (valid_for > 0),
    review_within   bigint not null check (review_within > 0),
    approved_at     timestamptz,
    use_by          timestamptz check (use_by > approved_at),
    consumed_at     timestamptz,
    consumed_by     text references promotions,
    covers_until    timestamptz,
    review_due      timestamptz,
    ended_at        timestamptz,
    ended_as        text check (ended_as in ('expired', 'denied', 'revoked')),
    ended_by        bigint references subjects,
    ended_why       text check (octet_length(ended_why) between 1 and 2000),
    foreign key (project, freight) references freight,
    foreign key (token, requested_by) references tokens (id, subject),
    constraint overrides_are_approved_whole check ((approved_at is null) = (use_by is null)),
    constraint overrides_are_approved_in_time check (approved_at < approve_by),
    constraint overrides_are_consumed_whole check (
        (consumed_at is null) = (consumed_by is null) and (consumed_at is null) = (covers_until is null)
        and (consumed_at is null) = (review_due is null)),
    constraint overrides_are_consumed_in_time check (consumed_at is null or approved_at is not null and consumed_at < use_by),
    constraint overrides_end_once check (consumed_at is null or ended_at is null),
    constraint overrides_end_whole check (
        (ended_at is null) = (ended_as is null) and (ended_by is null) = (ended_as is null or ended_as = 'expired')
        and (ended_by is null) = (ended_why is null)),
    -- What cannot be told is passed only where another person agreed to that.
    constraint overrides_of_the_unknown_are_agreed_to check (not covers_unknown or approvals > 0)
);
create unique index overrides_one_open on overrides (project, stage, freight) where consumed_at is null and ended_at is null;
create index overrides_by_project on overrides (project, requested_at, id);
create index promotions_by_first_try on promotions (retry_of) where retry_of is not null;
create index overrides_by_promotion on overrides (consumed_by) where consumed_by is not null;
create index overrides_unused on overrides (approve_by) where consumed_at is null and ended_at is null;
grant select, insert (id, project, stage, freight, promotion, bypasses, covers_unknown, justification, ticket, requested_by,
                      token, requested_at, approvals, approve_by, valid_for, review_within),
    update (approved_at, use_by, consumed_at, consumed_by, covers_until, review_due, ended_at, ended_as, ended_by, ended_why)
    on overrides to gatehouse_server;

create table override_approvals (
    override        text not null references overrides,
    subject         bigint not null,
    kind            text not null default 'person' check (kind = 'person'),
    token           text not null,
    at              timestamptz not null,
    note            text check (octet_length(note) between 1 and 2000),
    primary key (override, subject),
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
grant select, insert on override_approvals to gatehouse_server;
create trigger override_approvals_are_others before insert on override_approvals for each row
    execute function refuse_own_approval('select requested_by, token from overrides where id = $1.override');
create trigger override_approvals_stay before update or delete on override_approvals
    for each row execute function refuse_change();

-- An override can be used only when as many others as it needs have agreed to it.
create function refuse_unapproved_override() returns trigger language plpgsql as $$
begin
    if (select count(*) from override_approvals where override = new.id) < new.approvals then
        raise exception 'override % has not been agreed to by enough others', new.id using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger overrides_are_agreed_to before update of approved_at on overrides
    for each row when (new.approved_at is not null) execute function refuse_unapproved_override();
create trigger overrides_stay_approved before update of approved_at, use_by on overrides
    for each row when (old.approved_at is not null) execute function refuse_change();
create trigger overrides_stay_ended before update on overrides
    for each row when (old.ended_at is not null or old.consumed_at is not null) execute function refuse_change();
create trigger overrides_are_not_removed before delete on overrides
    for each row execute function refuse_change();

-- What somebody who had no part in it found afterwards.
create table override_reviews (
    override        text primary key references overrides,
    subject         bigint not null,
    kind            text not null default 'person' check (kind = 'person'),
    token           text not null,
    at              timestamptz not null,
    outcome         text not null check (outcome in ('justified', 'unjustified', 'not_needed')),
    note            text not null check (octet_length(note) between 1 and 2000),
    foreign key (subject, kind) references subjects (id, kind),
    foreign key (token, subject) references tokens (id, subject)
);
grant select, insert on override_reviews to gatehouse_server;
create trigger override_reviews_are_others before insert on override_reviews for each row
    execute function refuse_own_approval('select requested_by, token from overrides where id = $1.override');
create trigger override_reviews_stay before update or delete on override_reviews
    for each row execute function refuse_change();

create function refuse_approvers_review() returns trigger language plpgsql as $$
begin
    if exists (select from override_approvals a where a.override = new.override
               and (a.subject = new.subject or a.subject in (select token_makers(new.token)))) then
        raise exception 'nobody reviews what they agreed to themselves' using errcode = 'check_violation';
    end if;
    if not exists (select from overrides where id = new.override and consumed_at is not null) then
        raise exception 'override % has not been used', new.override using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger override_reviews_are_of_others before insert on override_reviews for each row
    execute function refuse_approvers_review();

-- A run of equal refusals to a deployer that asks again and again: its first is an event, and its end is one with the count.
create table refusal_runs (
    project         text not null,
    stage           text not null,
    freight         text not null,
    actor           bigint not null references subjects,
    code            text not null,
    promotion       text not null,
    event           bigint not null,
    first_at        timestamptz not null,
    last_at         timestamptz not null,
    count           bigint not null check (count > 0),
    primary key (project, stage, freight, actor)
);
create index refusal_runs_by_age on refusal_runs (last_at);
grant select, insert, update (code, promotion, event, first_at, last_at, count), delete on refusal_runs to gatehouse_server;
