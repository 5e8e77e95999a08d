-- A gate that is closed for one reason and then for another, and then for the first again, is two runs of refusals and not
-- an event for each change.
alter table refusal_runs drop constraint refusal_runs_pkey;
alter table refusal_runs add primary key (project, stage, freight, actor, code);

-- Each refusal changes a row of a small table: where no index has what changes, and its page has room, no index is written.
drop index refusal_runs_by_age;
alter table refusal_runs set (fillfactor = 50);
