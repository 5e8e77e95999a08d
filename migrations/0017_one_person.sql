-- Whoever makes a token sees its value, and can act with it. So two tokens are not two persons' where one subject bears both,
-- or the bearer of one made the other, or one to which the other goes back; it does not matter which of the two asks.
create function are_one_person(one text, other text) returns boolean language sql stable as $$
    select a.subject = b.subject
        or a.subject in (select token_makers(b.id)) or b.subject in (select token_makers(a.id))
    from tokens a, tokens b where a.id = one and b.id = other
$$;

-- A word that takes another person is refused where it is not: its trigger's argument finds the tokens of all who have had
-- their say in the same thing, and whether they asked for it. The constraint's name says why.
create or replace function refuse_own_approval() returns trigger language plpgsql as $$
declare
    said record;
begin
    -- Two at once would not see one another.
    perform pg_advisory_xact_lock(4749, hashtext(tg_table_name));
    for said in execute tg_argv[0] using new loop
        if are_one_person(new.token, said.token) then
            raise exception 'one person has one word' using errcode = 'check_violation', constraint =
                case when new.subject = (select subject from tokens where id = said.token) then 'own_word'
                     when new.subject in (select token_makers(said.token)) then 'word_of_the_maker'
                     else 'word_of_the_made' end || case when said.asked then '' else '_again' end;
        end if;
    end loop;
    return new;
end
$$;

drop trigger revision_approvals_are_others on revision_approvals;
create trigger revision_approvals_are_others before insert on revision_approvals for each row execute function
    refuse_own_approval('select token, true as asked from revisions where project = $1.project and number = $1.number
        union all select token, false from revision_approvals
        where project = $1.project and number = $1.number and subject <> $1.subject');
drop trigger adjustment_approvals_are_others on adjustment_approvals;
create trigger adjustment_approvals_are_others before insert on adjustment_approvals for each row execute function
    refuse_own_approval('select token, true as asked from adjustments where id = $1.adjustment
        union all select token, false from adjustment_approvals
        where adjustment = $1.adjustment and subject <> $1.subject');
drop trigger override_approvals_are_others on override_approvals;
create trigger override_approvals_are_others before insert on override_approvals for each row execute function
    refuse_own_approval('select token, true as asked from overrides where id = $1.override
        union all select token, false from override_approvals where override = $1.override and subject <> $1.subject');
drop trigger audit_rollback_approvals_are_others on audit_rollback_approvals;
create trigger audit_rollback_approvals_are_others before insert on audit_rollback_approvals for each row execute function
    refuse_own_approval('select token, true as asked from audit_rollbacks where id = $1.rollback');

-- Who wants Freight in is not known when somebody says yes to it: whose yes counts for whom is asked when it is counted.
-- Two that would count for one never stand beside one another.
create trigger freight_approvals_are_others before insert on freight_approvals for each row execute function
    refuse_own_approval('select token, false as asked from freight_approvals
        where project = $1.project and freight = $1.freight and stage = $1.stage and revoked_at is null
          and used_by is null and subject <> $1.subject');

-- Whoever looks at a use afterwards had no part in it.
drop trigger override_reviews_are_others on override_reviews;
create trigger override_reviews_are_others before insert on override_reviews for each row execute function
    refuse_own_approval('select token, true as asked from overrides where id = $1.override
        union all select token, false from override_approvals where override = $1.override');
drop trigger override_reviews_are_of_others on override_reviews;
drop function refuse_approvers_review;
create function refuse_review_of_nothing() returns trigger language plpgsql as $$
begin
    if not exists (select from overrides where id = new.override and consumed_at is not null) then
        raise exception 'override % has not been used', new.override using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger override_reviews_are_of_uses before insert on override_reviews for each row
    execute function refuse_review_of_nothing();

drop function robots_of;
drop function makers_behind;
