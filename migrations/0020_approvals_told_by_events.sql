-- Whose yes let a promotion in is told by its event: those that did not count are used up with them.
drop index freight_approvals_by_use;
