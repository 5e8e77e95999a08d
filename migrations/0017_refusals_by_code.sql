-- A gate that is closed for one reason and then for another, and then for the first again, is two runs of refusals and not
-- an event for each change.
alter table refusal_runs drop constraint refusal_runs_pkey;
alter table refusal_runs add primary key (project, stage, freight, actor, code);
