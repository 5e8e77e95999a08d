-- The log is read in the order of time, by what is asked for. Each of these holds one answer in its order, so that a page
-- costs what it shows, wherever it lies. Events come in at their ends.
create index audit_events_by_time on audit_events (at, id);
create index audit_events_by_project on audit_events (project, at, id) where project is not null;
create index audit_events_by_stage on audit_events (project, stage, at, id) where stage is not null;
create index audit_events_by_freight on audit_events (freight, at, id) where freight is not null;
create index audit_events_by_promotion on audit_events (promotion, at, id) where promotion is not null;
create index audit_events_by_actor on audit_events (actor, at, id);
create index audit_events_by_code on audit_events (code, at, id);

-- Who agreed to what let a promotion in.
create index freight_approvals_by_use on freight_approvals (used_by) where used_by is not null;
