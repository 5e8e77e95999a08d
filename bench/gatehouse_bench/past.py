"""A past that never was: finished promotions in bulk, as the servers would have left them, older than all that is there.

Written by the superuser with triggers and foreign keys asleep, which makes it minutes instead of an hour; what the rows
refer to is written by the same statements.
"""

from .pipeline import IMAGE, STAGES
from .replica import Sql

# Freight counts down from -1, so that whatever was found in the present is newer. Each stays an hour in a Stage until the
# next one comes, and the last one leaves a day before the first of the present comes.
FREIGHT = """
create temp table past as
select project, n, encode(substring(sha256(convert_to(project || '/' || n, 'UTF8')) for 20), 'hex') as freight,
       (select min(discovered_at) from freight) - interval '1 day' - n * interval '1 hour' as at
from unnest('{{{projects}}}'::text[]) with ordinality as p (project, place),
     lateral generate_series(1, {freight} / {count} + (place <= {freight} % {count})::int) as n
order by project, n desc;

insert into freight (project, id, number, warehouse, discovered_at, artifacts, made_by) overriding system value
select project, freight, -row_number() over (order by at desc, project), 'market', at,
       '{{"images":[{{"repoURL":"{image}","tag":"past-' || n || '","digest":"sha256:' || repeat('0', 24) || freight
           || '"}}],"commits":[],"charts":[]}}',
       (select min(id) from subjects)
from past;

insert into freight_aliases (project, alias, freight, since, is_current)
select project, 'past-' || n, freight, at, true from past;

insert into freight_artifacts (project, freight, kind, repository, version, digest)
select project, freight, 'image', '{image}', 'past-' || n, 'sha256:' || repeat('0', 24) || freight from past
"""

# A promotion's name is its Stage, 26 digits that rise with time, and the beginning of its Freight's.
PROMOTIONS = """
create temp table went as
select project, stage, freight, at + place * interval '1 minute' as at,
       stage || '.' || lpad((extract(epoch from at) * 1000)::bigint::text, 16, '0')
           || left(encode(sha256(convert_to(project || stage || n, 'UTF8')), 'hex'), 10) || '.' || left(freight, 7) as id
from past, unnest('{{{stages}}}'::text[]) with ordinality as s (stage, place)
order by at;

insert into promotions (id, project, stage, freight, warehouse, kind, phase, code, requested_at, lease, started_at,
                        ended_at)
select id, project, stage, freight, 'market', 'auto', 'Succeeded', 'promotion.succeeded', at, 1, at,
       at + interval '30 seconds'
from went;

insert into promotion_steps (promotion, number, work, fence, intended_at, not_after, ended_at, outcome)
select id, 1,
       '{{"kind":"deploy","application":"' || project || '-' || stage
           || '","helmParameter":null,"timeoutMicroseconds":600000000,"overrun":"finish"}}',
       1, at, at + interval '10 seconds', at + interval '30 seconds', 'done'
from went;

insert into deployments (project, stage, warehouse, freight, promotion, at)
select project, stage, 'market', freight, id, at from went;

insert into occupancies (project, stage, warehouse, freight, promotion, since, until)
select project, stage, 'market', freight, id, at + interval '30 seconds', at + interval '1 hour 30 seconds' from went;

insert into stage_verifications (project, freight, stage, promotion, at)
select project, freight, stage, id, at + interval '30 seconds' from went;

insert into audit_events (at, code, actor, project, stage, freight, promotion, event)
select at, 'promotion.' || word, 'system', project, stage, freight, id,
       convert_to('{{"id":"' || id || '","code":"promotion.' || word || '","filler":"' || repeat('x', {filler}) || '"}}',
                  'UTF8')
from went, unnest('{{requested,started,ended}}'::text[]) as w (word);

drop table went;
drop table past
"""


def write(sql: Sql, projects: list[str], promotions: int) -> None:
    """Nothing is to be on its way while this is written."""
    freight = -(-promotions // len(STAGES))
    # As long as the events that servers write.
    usual = int(sql("select coalesce(avg(octet_length(event)), 400)::int from audit_events where code like 'promotion.%'")[0])
    known = {
        "projects": ",".join(projects), "count": len(projects), "freight": freight, "stages": ",".join(STAGES),
        "image": IMAGE, "filler": max(0, usual - 110),
    }  # fmt: skip
    sql("set session_replication_role = replica")
    sql("set synchronous_commit = off")
    for statement in (FREIGHT + ";" + PROMOTIONS).format(**known).split(";\n"):
        sql(statement.strip())
    sql("reset session_replication_role")
    sql("reset synchronous_commit")


def settle(sql: Sql) -> None:
    """So that nobody tidies up while others measure."""
    sql("vacuum (analyze)")
    sql("checkpoint")
