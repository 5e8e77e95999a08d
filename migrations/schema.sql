CREATE FUNCTION public.announce() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('gatehouse', tg_argv[0]);
    return null;
end
$$;
ALTER FUNCTION public.announce() OWNER TO gatehouse_owner;
CREATE FUNCTION public.are_one_person(one text, other text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    select a.subject = b.subject
        or a.subject in (select token_makers(b.id)) or b.subject in (select token_makers(a.id))
    from tokens a, tokens b where a.id = one and b.id = other
$$;
ALTER FUNCTION public.are_one_person(one text, other text) OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION public.refuse_change() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_going_back() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'the epoch of ''%'' only rises', old.scope using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION public.refuse_going_back() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_own_approval() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
ALTER FUNCTION public.refuse_own_approval() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_review_of_nothing() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if not exists (select from overrides where id = new.override and consumed_at is not null) then
        raise exception 'override % has not been used', new.override using errcode = 'check_violation';
    end if;
    return new;
end
$$;
ALTER FUNCTION public.refuse_review_of_nothing() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_unapproved_override() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (select count(*) from override_approvals where override = new.id) < new.approvals then
        raise exception 'override % has not been agreed to by enough others', new.id using errcode = 'check_violation';
    end if;
    return new;
end
$$;
ALTER FUNCTION public.refuse_unapproved_override() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_unrevoking() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'token % is revoked: that is for ever', old.id using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION public.refuse_unrevoking() OWNER TO gatehouse_owner;
CREATE FUNCTION public.token_makers(token text) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    AS $$
    with recursive makers as (
        select created_by, created_with from tokens where id = token
        union all
        select t.created_by, t.created_with from makers m join tokens t on t.id = m.created_with
    )
    select created_by from makers where created_by is not null
$$;
ALTER FUNCTION public.token_makers(token text) OWNER TO gatehouse_owner;
CREATE TABLE public.adjustment_approvals (
    adjustment text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT adjustment_approvals_kind_check CHECK ((kind = 'person'::text))
);
ALTER TABLE public.adjustment_approvals OWNER TO gatehouse_owner;
CREATE TABLE public.adjustments (
    id text NOT NULL,
    calendar text NOT NULL,
    date date NOT NULL,
    kind text NOT NULL,
    at text,
    until text,
    reason text NOT NULL,
    source text NOT NULL,
    requested_by bigint NOT NULL,
    token text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    approvals integer NOT NULL,
    effective_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    withdrawn_by bigint,
    withdrawn_why text,
    CONSTRAINT adjustments_approvals_check CHECK (((approvals >= 0) AND (approvals <= 10))),
    CONSTRAINT adjustments_are_withdrawn_whole CHECK ((((withdrawn_at IS NULL) = (withdrawn_by IS NULL)) AND ((withdrawn_at IS NULL) = (withdrawn_why IS NULL)))),
    CONSTRAINT adjustments_calendar_check CHECK ((calendar ~ '^[A-Z0-9][A-Z0-9._-]{0,62}$'::text)),
    CONSTRAINT adjustments_have_their_times CHECK (
CASE kind
    WHEN 'closed'::text THEN ((at IS NULL) AND (until IS NULL))
    WHEN 'extraSession'::text THEN ((at IS NOT NULL) AND (until IS NOT NULL))
    ELSE ((at IS NOT NULL) AND (until IS NULL))
END),
    CONSTRAINT adjustments_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT adjustments_kind_check CHECK ((kind = ANY (ARRAY['closed'::text, 'earlyClose'::text, 'lateOpen'::text, 'extraSession'::text]))),
    CONSTRAINT adjustments_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000))),
    CONSTRAINT adjustments_source_check CHECK (((octet_length(source) >= 1) AND (octet_length(source) <= 2000))),
    CONSTRAINT adjustments_withdrawn_why_check CHECK (((octet_length(withdrawn_why) >= 1) AND (octet_length(withdrawn_why) <= 2000)))
);
ALTER TABLE public.adjustments OWNER TO gatehouse_owner;
CREATE TABLE public.audit_checkpoints (
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    below xid8 NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT audit_checkpoints_note_check CHECK (((octet_length(note) >= 1) AND (octet_length(note) <= 65536))),
    CONSTRAINT audit_checkpoints_root_check CHECK ((octet_length(root) = 32)),
    CONSTRAINT audit_checkpoints_size_check CHECK ((size > 0))
);
ALTER TABLE public.audit_checkpoints OWNER TO gatehouse_owner;
CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone NOT NULL,
    code text NOT NULL,
    actor text NOT NULL,
    project text,
    stage text,
    freight text,
    promotion text,
    event bytea NOT NULL,
    CONSTRAINT audit_events_code_check CHECK ((code ~ '^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$'::text)),
    CONSTRAINT audit_events_event_check CHECK (((octet_length(event) >= 2) AND (octet_length(event) <= 65536)))
);
ALTER TABLE public.audit_events OWNER TO gatehouse_owner;
ALTER TABLE public.audit_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_keys (
    number bigint NOT NULL,
    key text NOT NULL,
    added_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT audit_keys_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 400)))
);
ALTER TABLE public.audit_keys OWNER TO gatehouse_owner;
ALTER TABLE public.audit_keys ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_keys_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_leaves (
    leaf bigint NOT NULL,
    event bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_leaves_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT audit_leaves_leaf_check CHECK ((leaf >= 0))
);
ALTER TABLE public.audit_leaves OWNER TO gatehouse_owner;
CREATE TABLE public.audit_nodes (
    height smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_nodes_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT audit_nodes_height_check CHECK (((height > 0) AND (((height)::integer % 8) = 0))),
    CONSTRAINT audit_nodes_index_check CHECK ((index >= 0))
);
ALTER TABLE public.audit_nodes OWNER TO gatehouse_owner;
CREATE TABLE public.audit_rollback_approvals (
    rollback text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT audit_rollback_approvals_kind_check CHECK ((kind = 'person'::text))
);
ALTER TABLE public.audit_rollback_approvals OWNER TO gatehouse_owner;
CREATE TABLE public.audit_rollbacks (
    id text NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    known text NOT NULL,
    reason text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT audit_rollbacks_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT audit_rollbacks_kind_check CHECK ((kind = 'person'::text)),
    CONSTRAINT audit_rollbacks_known_check CHECK (((octet_length(known) >= 1) AND (octet_length(known) <= 65536))),
    CONSTRAINT audit_rollbacks_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000))),
    CONSTRAINT audit_rollbacks_root_check CHECK ((octet_length(root) = 32)),
    CONSTRAINT audit_rollbacks_size_check CHECK ((size >= 0))
);
ALTER TABLE public.audit_rollbacks OWNER TO gatehouse_owner;
CREATE TABLE public.authentication_failures (
    address text NOT NULL,
    minute timestamp with time zone NOT NULL
);
ALTER TABLE public.authentication_failures OWNER TO gatehouse_owner;
CREATE TABLE public.calendars (
    id text NOT NULL,
    version bigint NOT NULL,
    document text NOT NULL,
    hash bytea NOT NULL,
    reason text,
    loaded_by bigint NOT NULL,
    loaded_at timestamp with time zone NOT NULL,
    CONSTRAINT calendars_document_check CHECK ((octet_length(document) <= 8388608)),
    CONSTRAINT calendars_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT calendars_id_check CHECK ((id ~ '^[A-Z0-9][A-Z0-9._-]{0,62}$'::text)),
    CONSTRAINT calendars_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000))),
    CONSTRAINT calendars_version_check CHECK ((version > 0))
);
ALTER TABLE public.calendars OWNER TO gatehouse_owner;
CREATE TABLE public.deployments (
    project text NOT NULL,
    stage text NOT NULL,
    warehouse text NOT NULL,
    freight text NOT NULL,
    promotion text NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone
);
ALTER TABLE public.deployments OWNER TO gatehouse_owner;
CREATE TABLE public.drill (
    only_row boolean DEFAULT true NOT NULL,
    marked_at timestamp with time zone DEFAULT now() NOT NULL,
    anchored_at timestamp with time zone NOT NULL,
    simulated timestamp with time zone NOT NULL,
    rate double precision NOT NULL,
    CONSTRAINT drill_only_row_check CHECK (only_row),
    CONSTRAINT drill_rate_check CHECK (((rate > (0)::double precision) AND (rate <= (100000)::double precision)))
);
ALTER TABLE public.drill OWNER TO gatehouse_owner;
CREATE TABLE public.epochs (
    scope text NOT NULL,
    epoch bigint DEFAULT 1 NOT NULL,
    CONSTRAINT epochs_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT epochs_scope_check CHECK ((octet_length(scope) <= 63))
);
ALTER TABLE public.epochs OWNER TO gatehouse_owner;
CREATE TABLE public.freezes (
    id text NOT NULL,
    project text,
    stage text,
    reason text NOT NULL,
    rollbacks boolean NOT NULL,
    break_glass boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_by bigint NOT NULL,
    until timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by bigint,
    ended_why text,
    CONSTRAINT freezes_end_after_they_begin CHECK ((until > started_at)),
    CONSTRAINT freezes_end_whole CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (ended_why IS NULL)))),
    CONSTRAINT freezes_ended_why_check CHECK (((octet_length(ended_why) >= 1) AND (octet_length(ended_why) <= 2000))),
    CONSTRAINT freezes_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT freezes_of_stages_name_a_project CHECK (((stage IS NULL) OR (project IS NOT NULL))),
    CONSTRAINT freezes_project_check CHECK ((project ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT freezes_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000))),
    CONSTRAINT freezes_stage_check CHECK ((stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
ALTER TABLE public.freezes OWNER TO gatehouse_owner;
CREATE TABLE public.freight (
    project text NOT NULL,
    id text NOT NULL,
    number bigint NOT NULL,
    warehouse text NOT NULL,
    discovered_at timestamp with time zone NOT NULL,
    artifacts text NOT NULL,
    made_by bigint,
    CONSTRAINT freight_artifacts_check CHECK (((octet_length(artifacts) >= 2) AND (octet_length(artifacts) <= 262144))),
    CONSTRAINT freight_id_check CHECK ((id ~ '^[0-9a-f]{40}$'::text)),
    CONSTRAINT freight_warehouse_check CHECK ((warehouse ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'::text))
);
ALTER TABLE public.freight OWNER TO gatehouse_owner;
CREATE TABLE public.freight_aliases (
    project text NOT NULL,
    alias text NOT NULL,
    freight text NOT NULL,
    since timestamp with time zone NOT NULL,
    is_current boolean NOT NULL,
    CONSTRAINT freight_aliases_alias_check CHECK (((alias ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text) AND (alias !~ '^[0-9a-f]{40}$'::text)))
);
ALTER TABLE public.freight_aliases OWNER TO gatehouse_owner;
CREATE TABLE public.freight_approvals (
    id text NOT NULL,
    project text NOT NULL,
    freight text NOT NULL,
    stage text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone NOT NULL,
    note text NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by bigint,
    revoked_why text,
    used_by text,
    CONSTRAINT freight_approvals_are_revoked_whole CHECK ((((revoked_at IS NULL) = (revoked_by IS NULL)) AND ((revoked_at IS NULL) = (revoked_why IS NULL)))),
    CONSTRAINT freight_approvals_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT freight_approvals_kind_check CHECK ((kind = 'person'::text)),
    CONSTRAINT freight_approvals_note_check CHECK (((octet_length(note) >= 1) AND (octet_length(note) <= 2000))),
    CONSTRAINT freight_approvals_revoked_why_check CHECK (((octet_length(revoked_why) >= 1) AND (octet_length(revoked_why) <= 2000)))
);
ALTER TABLE public.freight_approvals OWNER TO gatehouse_owner;
CREATE TABLE public.freight_artifacts (
    project text NOT NULL,
    freight text NOT NULL,
    kind text NOT NULL,
    repository text NOT NULL,
    version text NOT NULL,
    digest text,
    CONSTRAINT freight_artifacts_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'commit'::text, 'chart'::text])))
);
ALTER TABLE public.freight_artifacts OWNER TO gatehouse_owner;
ALTER TABLE public.freight ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.freight_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.freight_rejections (
    project text NOT NULL,
    freight text NOT NULL,
    at timestamp with time zone NOT NULL,
    by bigint NOT NULL,
    reason text NOT NULL,
    ended_at timestamp with time zone,
    ended_by bigint,
    ended_why text,
    CONSTRAINT freight_rejections_end_whole CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (ended_why IS NULL)))),
    CONSTRAINT freight_rejections_ended_why_check CHECK (((octet_length(ended_why) >= 1) AND (octet_length(ended_why) <= 2000))),
    CONSTRAINT freight_rejections_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000)))
);
ALTER TABLE public.freight_rejections OWNER TO gatehouse_owner;
CREATE TABLE public.idempotency_keys (
    subject bigint NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    status integer,
    location text,
    answer bytea,
    target_hash bytea NOT NULL,
    CONSTRAINT idempotency_keys_answer_check CHECK ((octet_length(answer) <= 1048576)),
    CONSTRAINT idempotency_keys_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 200))),
    CONSTRAINT idempotency_keys_request_hash_check CHECK ((octet_length(request_hash) = 32)),
    CONSTRAINT idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 599))),
    CONSTRAINT idempotency_keys_target_hash_check CHECK ((octet_length(target_hash) = 32))
);
ALTER TABLE public.idempotency_keys OWNER TO gatehouse_owner;
CREATE TABLE public.last_watch (
    only_row boolean DEFAULT true NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT last_watch_only_row_check CHECK (only_row)
);
ALTER TABLE public.last_watch OWNER TO gatehouse_owner;
CREATE TABLE public.notification_deliveries (
    receiver text NOT NULL,
    event bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    first_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    next_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_error text,
    CONSTRAINT notification_deliveries_last_error_check CHECK (((octet_length(last_error) >= 1) AND (octet_length(last_error) <= 2000)))
);
ALTER TABLE public.notification_deliveries OWNER TO gatehouse_owner;
CREATE TABLE public.notification_receivers (
    name text NOT NULL,
    xact xid8 NOT NULL,
    event bigint NOT NULL,
    above bigint NOT NULL,
    CONSTRAINT notification_receivers_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
ALTER TABLE public.notification_receivers OWNER TO gatehouse_owner;
CREATE TABLE public.occupancies (
    project text NOT NULL,
    stage text NOT NULL,
    warehouse text NOT NULL,
    freight text NOT NULL,
    promotion text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    displaced_at timestamp with time zone,
    CONSTRAINT occupancies_check CHECK ((until >= since)),
    CONSTRAINT occupancies_check1 CHECK ((displaced_at >= since))
);
ALTER TABLE public.occupancies OWNER TO gatehouse_owner;
CREATE TABLE public.override_approvals (
    override text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone NOT NULL,
    note text,
    CONSTRAINT override_approvals_kind_check CHECK ((kind = 'person'::text)),
    CONSTRAINT override_approvals_note_check CHECK (((octet_length(note) >= 1) AND (octet_length(note) <= 2000)))
);
ALTER TABLE public.override_approvals OWNER TO gatehouse_owner;
CREATE TABLE public.override_reviews (
    override text NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    note text NOT NULL,
    CONSTRAINT override_reviews_kind_check CHECK ((kind = 'person'::text)),
    CONSTRAINT override_reviews_note_check CHECK (((octet_length(note) >= 1) AND (octet_length(note) <= 2000))),
    CONSTRAINT override_reviews_outcome_check CHECK ((outcome = ANY (ARRAY['justified'::text, 'unjustified'::text, 'not_needed'::text])))
);
ALTER TABLE public.override_reviews OWNER TO gatehouse_owner;
CREATE TABLE public.overrides (
    id text NOT NULL,
    project text NOT NULL,
    stage text NOT NULL,
    freight text NOT NULL,
    promotion text,
    bypasses text[] NOT NULL,
    covers_unknown boolean NOT NULL,
    justification text NOT NULL,
    ticket text,
    requested_by bigint NOT NULL,
    token text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    approvals integer NOT NULL,
    approve_by timestamp with time zone NOT NULL,
    valid_for bigint NOT NULL,
    review_within bigint NOT NULL,
    approved_at timestamp with time zone,
    use_by timestamp with time zone,
    consumed_at timestamp with time zone,
    consumed_by text,
    covers_until timestamp with time zone,
    review_due timestamp with time zone,
    ended_at timestamp with time zone,
    ended_as text,
    ended_by bigint,
    ended_why text,
    CONSTRAINT overrides_approvals_check CHECK (((approvals >= 0) AND (approvals <= 10))),
    CONSTRAINT overrides_are_approved_in_time CHECK ((approved_at < approve_by)),
    CONSTRAINT overrides_are_approved_whole CHECK (((approved_at IS NULL) = (use_by IS NULL))),
    CONSTRAINT overrides_are_consumed_in_time CHECK (((consumed_at IS NULL) OR ((approved_at IS NOT NULL) AND (consumed_at < use_by)))),
    CONSTRAINT overrides_are_consumed_whole CHECK ((((consumed_at IS NULL) = (consumed_by IS NULL)) AND ((consumed_at IS NULL) = (covers_until IS NULL)) AND ((consumed_at IS NULL) = (review_due IS NULL)))),
    CONSTRAINT overrides_bypasses_check CHECK (((cardinality(bypasses) >= 1) AND (cardinality(bypasses) <= 100))),
    CONSTRAINT overrides_check CHECK ((approve_by > requested_at)),
    CONSTRAINT overrides_check1 CHECK ((use_by > approved_at)),
    CONSTRAINT overrides_end_once CHECK (((consumed_at IS NULL) OR (ended_at IS NULL))),
    CONSTRAINT overrides_end_whole CHECK ((((ended_at IS NULL) = (ended_as IS NULL)) AND ((ended_by IS NULL) = ((ended_as IS NULL) OR (ended_as = 'expired'::text))) AND ((ended_by IS NULL) = (ended_why IS NULL)))),
    CONSTRAINT overrides_ended_as_check CHECK ((ended_as = ANY (ARRAY['expired'::text, 'denied'::text, 'revoked'::text]))),
    CONSTRAINT overrides_ended_why_check CHECK (((octet_length(ended_why) >= 1) AND (octet_length(ended_why) <= 2000))),
    CONSTRAINT overrides_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT overrides_justification_check CHECK (((octet_length(justification) >= 1) AND (octet_length(justification) <= 2000))),
    CONSTRAINT overrides_of_the_unknown_are_agreed_to CHECK (((NOT covers_unknown) OR (approvals > 0))),
    CONSTRAINT overrides_promotion_check CHECK (((octet_length(promotion) >= 1) AND (octet_length(promotion) <= 253))),
    CONSTRAINT overrides_review_within_check CHECK ((review_within > 0)),
    CONSTRAINT overrides_stage_check CHECK ((stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT overrides_ticket_check CHECK (((octet_length(ticket) >= 1) AND (octet_length(ticket) <= 200))),
    CONSTRAINT overrides_valid_for_check CHECK ((valid_for > 0))
);
ALTER TABLE public.overrides OWNER TO gatehouse_owner;
CREATE TABLE public.projects (
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision bigint,
    CONSTRAINT projects_name_check CHECK ((name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
ALTER TABLE public.projects OWNER TO gatehouse_owner;
CREATE SEQUENCE public.promotion_fences
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.promotion_fences OWNER TO gatehouse_owner;
CREATE TABLE public.promotion_holds (
    project text NOT NULL,
    stage text NOT NULL,
    warehouse text NOT NULL,
    at timestamp with time zone NOT NULL,
    by bigint NOT NULL,
    reason text NOT NULL,
    ended_at timestamp with time zone,
    ended_by bigint,
    promotion text,
    ended_why text,
    CONSTRAINT promotion_holds_end_whole CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (ended_why IS NULL)))),
    CONSTRAINT promotion_holds_ended_why_check CHECK (((octet_length(ended_why) >= 1) AND (octet_length(ended_why) <= 2000))),
    CONSTRAINT promotion_holds_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000)))
);
ALTER TABLE public.promotion_holds OWNER TO gatehouse_owner;
CREATE TABLE public.promotion_steps (
    promotion text NOT NULL,
    number integer NOT NULL,
    work text NOT NULL,
    fence bigint NOT NULL,
    intended_at timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome text,
    detail text,
    CONSTRAINT promotion_steps_are_sent_soon CHECK ((not_after > intended_at)),
    CONSTRAINT promotion_steps_detail_check CHECK ((octet_length(detail) <= 4000)),
    CONSTRAINT promotion_steps_end_whole CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT promotion_steps_number_check CHECK ((number > 0)),
    CONSTRAINT promotion_steps_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'failed'::text, 'errored'::text, 'stopped'::text, 'withdrawn'::text]))),
    CONSTRAINT promotion_steps_withdrawn_were_not_sent CHECK (((outcome <> 'withdrawn'::text) OR (sent_at IS NULL))),
    CONSTRAINT promotion_steps_work_check CHECK (((octet_length(work) >= 2) AND (octet_length(work) <= 65536)))
);
ALTER TABLE public.promotion_steps OWNER TO gatehouse_owner;
CREATE TABLE public.promotions (
    id text NOT NULL,
    project text NOT NULL,
    stage text NOT NULL,
    freight text NOT NULL,
    warehouse text NOT NULL,
    kind text NOT NULL,
    phase text NOT NULL,
    code text,
    gate text,
    reason text,
    progress text,
    requested_at timestamp with time zone NOT NULL,
    requested_by bigint,
    requested_with text,
    justification text,
    ticket text,
    wait_until timestamp with time zone,
    retry_of text,
    next_open timestamp with time zone,
    lease bigint DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    deadline timestamp with time zone,
    work text,
    holds_origin boolean DEFAULT false NOT NULL,
    CONSTRAINT promotions_are_asked_for_by_somebody CHECK ((((requested_by IS NULL) = (kind = 'auto'::text)) AND ((requested_by IS NULL) = (requested_with IS NULL)))),
    CONSTRAINT promotions_are_leased_whole CHECK (((leased_until IS NULL) OR (lease > 0))),
    CONSTRAINT promotions_end_when_they_end CHECK (((ended_at IS NOT NULL) = (phase = ANY (ARRAY['Succeeded'::text, 'Failed'::text, 'Errored'::text, 'Aborted'::text, 'Superseded'::text])))),
    CONSTRAINT promotions_id_check CHECK (((octet_length(id) >= 1) AND (octet_length(id) <= 253))),
    CONSTRAINT promotions_justification_check CHECK (((octet_length(justification) >= 1) AND (octet_length(justification) <= 2000))),
    CONSTRAINT promotions_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'auto'::text, 'rollback'::text, 'external'::text]))),
    CONSTRAINT promotions_outside_have_deadlines CHECK (((deadline IS NOT NULL) OR (kind <> 'external'::text) OR (phase <> ALL (ARRAY['Running'::text, 'Verifying'::text])))),
    CONSTRAINT promotions_phase_check CHECK ((phase = ANY (ARRAY['Pending'::text, 'Waiting'::text, 'Running'::text, 'Verifying'::text, 'Succeeded'::text, 'Failed'::text, 'Errored'::text, 'Aborted'::text, 'Superseded'::text]))),
    CONSTRAINT promotions_progress_check CHECK ((progress = ANY (ARRAY['unsent'::text, 'sent'::text, 'condemned'::text, 'stopping'::text]))),
    CONSTRAINT promotions_reason_check CHECK ((octet_length(reason) <= 4000)),
    CONSTRAINT promotions_run_somehow CHECK (((progress IS NOT NULL) = (phase = 'Running'::text))),
    CONSTRAINT promotions_say_why CHECK (((code IS NOT NULL) OR (phase = ANY (ARRAY['Pending'::text, 'Running'::text, 'Verifying'::text])))),
    CONSTRAINT promotions_stage_check CHECK ((stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT promotions_start_before_they_run CHECK (((started_at IS NOT NULL) OR (phase <> ALL (ARRAY['Running'::text, 'Verifying'::text, 'Succeeded'::text])))),
    CONSTRAINT promotions_ticket_check CHECK (((octet_length(ticket) >= 1) AND (octet_length(ticket) <= 200))),
    CONSTRAINT promotions_work_check CHECK (((octet_length(work) >= 2) AND (octet_length(work) <= 65536)))
);
ALTER TABLE public.promotions OWNER TO gatehouse_owner;
CREATE TABLE public.purpose (
    only_row boolean DEFAULT true NOT NULL,
    is_drill boolean NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT purpose_only_row_check CHECK (only_row)
);
ALTER TABLE public.purpose OWNER TO gatehouse_owner;
CREATE TABLE public.refusal_runs (
    project text NOT NULL,
    stage text NOT NULL,
    freight text NOT NULL,
    actor bigint NOT NULL,
    code text NOT NULL,
    promotion text NOT NULL,
    event bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT refusal_runs_count_check CHECK ((count > 0))
)
WITH (fillfactor='50');
ALTER TABLE public.refusal_runs OWNER TO gatehouse_owner;
CREATE TABLE public.reminders (
    code text NOT NULL,
    about text NOT NULL,
    CONSTRAINT reminders_about_check CHECK (((octet_length(about) >= 1) AND (octet_length(about) <= 300)))
);
ALTER TABLE public.reminders OWNER TO gatehouse_owner;
CREATE TABLE public.revision_approvals (
    project text NOT NULL,
    number bigint NOT NULL,
    subject bigint NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    token text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT revision_approvals_kind_check CHECK ((kind = 'person'::text))
);
ALTER TABLE public.revision_approvals OWNER TO gatehouse_owner;
CREATE TABLE public.revisions (
    project text NOT NULL,
    number bigint NOT NULL,
    document text NOT NULL,
    hash bytea NOT NULL,
    diff text NOT NULL,
    reason text,
    loosens boolean NOT NULL,
    author bigint NOT NULL,
    token text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    approvals integer NOT NULL,
    in_force_at timestamp with time zone,
    refused_at timestamp with time zone,
    refused_by bigint,
    refused_why text,
    CONSTRAINT revisions_approvals_check CHECK (((approvals >= 0) AND (approvals <= 10))),
    CONSTRAINT revisions_are_in_force_or_refused CHECK (((in_force_at IS NULL) OR (refused_at IS NULL))),
    CONSTRAINT revisions_document_check CHECK ((octet_length(document) <= 4194304)),
    CONSTRAINT revisions_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT revisions_number_check CHECK ((number > 0)),
    CONSTRAINT revisions_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000)))
);
ALTER TABLE public.revisions OWNER TO gatehouse_owner;
CREATE TABLE public.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_migrations_checksum_check CHECK ((octet_length(checksum) = 32)),
    CONSTRAINT schema_migrations_number_check CHECK ((number > 0))
);
ALTER TABLE public.schema_migrations OWNER TO gatehouse_owner;
CREATE TABLE public.stage_calls (
    number bigint NOT NULL,
    project text,
    stage text,
    warehouse text,
    CONSTRAINT stage_calls_name_one_or_many CHECK (((warehouse IS NULL) OR ((stage IS NULL) AND (project IS NOT NULL)))),
    CONSTRAINT stage_calls_stages_are_in_projects CHECK (((stage IS NULL) OR (project IS NOT NULL)))
);
ALTER TABLE public.stage_calls OWNER TO gatehouse_owner;
ALTER TABLE public.stage_calls ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stage_calls_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stage_disablings (
    project text NOT NULL,
    stage text NOT NULL,
    at timestamp with time zone NOT NULL,
    by bigint NOT NULL,
    reason text NOT NULL,
    until timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by bigint,
    ended_why text,
    CONSTRAINT stage_disablings_end_after_they_begin CHECK ((until > at)),
    CONSTRAINT stage_disablings_end_whole CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((ended_at IS NULL) = (ended_why IS NULL)))),
    CONSTRAINT stage_disablings_ended_why_check CHECK (((octet_length(ended_why) >= 1) AND (octet_length(ended_why) <= 2000))),
    CONSTRAINT stage_disablings_reason_check CHECK (((octet_length(reason) >= 1) AND (octet_length(reason) <= 2000))),
    CONSTRAINT stage_disablings_stage_check CHECK ((stage ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text))
);
ALTER TABLE public.stage_disablings OWNER TO gatehouse_owner;
CREATE TABLE public.stage_looks (
    project text NOT NULL,
    stage text NOT NULL,
    due timestamp with time zone NOT NULL
);
ALTER TABLE public.stage_looks OWNER TO gatehouse_owner;
CREATE TABLE public.stage_verifications (
    project text NOT NULL,
    freight text NOT NULL,
    stage text NOT NULL,
    promotion text NOT NULL,
    at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_why text,
    CONSTRAINT stage_verifications_are_revoked_whole CHECK (((revoked_at IS NULL) = (revoked_why IS NULL))),
    CONSTRAINT stage_verifications_revoked_why_check CHECK (((octet_length(revoked_why) >= 1) AND (octet_length(revoked_why) <= 2000)))
);
ALTER TABLE public.stage_verifications OWNER TO gatehouse_owner;
CREATE TABLE public.subject_names (
    skeleton text NOT NULL,
    folded text NOT NULL,
    written text NOT NULL,
    subject bigint NOT NULL,
    CONSTRAINT subject_names_written_check CHECK (((octet_length(written) >= 1) AND (octet_length(written) <= 200)))
);
ALTER TABLE public.subject_names OWNER TO gatehouse_owner;
CREATE TABLE public.subjects (
    id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    CONSTRAINT subjects_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'robot'::text]))),
    CONSTRAINT subjects_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 200)))
);
ALTER TABLE public.subjects OWNER TO gatehouse_owner;
ALTER TABLE public.subjects ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subjects_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tokens (
    id text NOT NULL,
    name text NOT NULL,
    subject bigint NOT NULL,
    kind text NOT NULL,
    hash bytea NOT NULL,
    roles text[] NOT NULL,
    projects text[],
    stages text[],
    is_bootstrap boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    created_with text,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by bigint,
    last_used_at timestamp with time zone,
    CONSTRAINT tokens_creator_is_whole CHECK (((created_by IS NULL) = (created_with IS NULL))),
    CONSTRAINT tokens_end_after_they_begin CHECK ((expires_at > created_at)),
    CONSTRAINT tokens_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT tokens_have_a_creator CHECK ((is_bootstrap = (created_by IS NULL))),
    CONSTRAINT tokens_id_check CHECK ((id ~ '^[a-z2-7]{16}$'::text)),
    CONSTRAINT tokens_name_check CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 200))),
    CONSTRAINT tokens_projects_check CHECK ((cardinality(projects) > 0)),
    CONSTRAINT tokens_revocation_is_whole CHECK (((revoked_at IS NOT NULL) OR (revoked_by IS NULL))),
    CONSTRAINT tokens_robots_never_approve CHECK (((kind = 'person'::text) OR (NOT (roles && ARRAY['approver'::text])))),
    CONSTRAINT tokens_roles_are_known CHECK (((cardinality(roles) > 0) AND (roles <@ ARRAY['viewer'::text, 'gate'::text, 'ci'::text, 'operator'::text, 'approver'::text, 'auditor'::text, 'admin'::text]))),
    CONSTRAINT tokens_stages_check CHECK ((cardinality(stages) > 0)),
    CONSTRAINT tokens_stages_need_projects CHECK (((stages IS NULL) OR (projects IS NOT NULL)))
);
ALTER TABLE public.tokens OWNER TO gatehouse_owner;
CREATE TABLE public.warehouse_looks (
    project text NOT NULL,
    warehouse text NOT NULL,
    revision bigint NOT NULL,
    look_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone,
    hints bigint DEFAULT 0 NOT NULL,
    lease bigint DEFAULT 0 NOT NULL,
    leased_until timestamp with time zone,
    ended bigint DEFAULT 0 NOT NULL,
    looked_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    report text DEFAULT '{}'::text NOT NULL,
    CONSTRAINT warehouse_looks_are_leased_whole CHECK (((leased_until IS NULL) OR (lease > ended))),
    CONSTRAINT warehouse_looks_end_after_they_begin CHECK ((ended <= lease)),
    CONSTRAINT warehouse_looks_failures_check CHECK ((failures >= 0)),
    CONSTRAINT warehouse_looks_hints_check CHECK ((hints >= 0)),
    CONSTRAINT warehouse_looks_report_check CHECK (((octet_length(report) >= 2) AND (octet_length(report) <= 4194304))),
    CONSTRAINT warehouse_looks_revision_check CHECK ((revision > 0)),
    CONSTRAINT warehouse_looks_warehouse_check CHECK ((warehouse ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'::text))
);
ALTER TABLE public.warehouse_looks OWNER TO gatehouse_owner;
ALTER TABLE ONLY public.adjustment_approvals
    ADD CONSTRAINT adjustment_approvals_pkey PRIMARY KEY (adjustment, subject);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_checkpoints
    ADD CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (size);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_keys
    ADD CONSTRAINT audit_keys_key_key UNIQUE (key);
ALTER TABLE ONLY public.audit_keys
    ADD CONSTRAINT audit_keys_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_event_key UNIQUE (event);
ALTER TABLE ONLY public.audit_leaves
    ADD CONSTRAINT audit_leaves_pkey PRIMARY KEY (leaf);
ALTER TABLE ONLY public.audit_nodes
    ADD CONSTRAINT audit_nodes_pkey PRIMARY KEY (height, index);
ALTER TABLE ONLY public.audit_rollback_approvals
    ADD CONSTRAINT audit_rollback_approvals_pkey PRIMARY KEY (rollback);
ALTER TABLE ONLY public.audit_rollbacks
    ADD CONSTRAINT audit_rollbacks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authentication_failures
    ADD CONSTRAINT authentication_failures_pkey PRIMARY KEY (address, minute);
ALTER TABLE ONLY public.calendars
    ADD CONSTRAINT calendars_pkey PRIMARY KEY (id, version);
ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_pkey PRIMARY KEY (promotion);
ALTER TABLE ONLY public.drill
    ADD CONSTRAINT drill_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (scope);
ALTER TABLE ONLY public.freezes
    ADD CONSTRAINT freezes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.freight_aliases
    ADD CONSTRAINT freight_aliases_pkey PRIMARY KEY (project, alias);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.freight
    ADD CONSTRAINT freight_number_key UNIQUE (number);
ALTER TABLE ONLY public.freight
    ADD CONSTRAINT freight_pkey PRIMARY KEY (project, id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (subject, target_hash, key);
ALTER TABLE ONLY public.last_watch
    ADD CONSTRAINT last_watch_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.notification_deliveries
    ADD CONSTRAINT notification_deliveries_pkey PRIMARY KEY (receiver, event);
ALTER TABLE ONLY public.notification_receivers
    ADD CONSTRAINT notification_receivers_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_pkey PRIMARY KEY (promotion);
ALTER TABLE ONLY public.override_approvals
    ADD CONSTRAINT override_approvals_pkey PRIMARY KEY (override, subject);
ALTER TABLE ONLY public.override_reviews
    ADD CONSTRAINT override_reviews_pkey PRIMARY KEY (override);
ALTER TABLE ONLY public.overrides
    ADD CONSTRAINT overrides_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.promotion_steps
    ADD CONSTRAINT promotion_steps_pkey PRIMARY KEY (promotion, number);
ALTER TABLE ONLY public.promotions
    ADD CONSTRAINT promotions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.purpose
    ADD CONSTRAINT purpose_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.refusal_runs
    ADD CONSTRAINT refusal_runs_pkey PRIMARY KEY (project, stage, freight, actor, code);
ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (code, about);
ALTER TABLE ONLY public.revision_approvals
    ADD CONSTRAINT revision_approvals_pkey PRIMARY KEY (project, number, subject);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (project, number);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.stage_calls
    ADD CONSTRAINT stage_calls_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.stage_looks
    ADD CONSTRAINT stage_looks_pkey PRIMARY KEY (project, stage);
ALTER TABLE ONLY public.stage_verifications
    ADD CONSTRAINT stage_verifications_pkey PRIMARY KEY (promotion);
ALTER TABLE ONLY public.subject_names
    ADD CONSTRAINT subject_names_folded_key UNIQUE (folded);
ALTER TABLE ONLY public.subject_names
    ADD CONSTRAINT subject_names_pkey PRIMARY KEY (skeleton);
ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_id_kind_key UNIQUE (id, kind);
ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_id_subject_key UNIQUE (id, subject);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.warehouse_looks
    ADD CONSTRAINT warehouse_looks_pkey PRIMARY KEY (project, warehouse);
CREATE INDEX adjustments_by_calendar ON public.adjustments USING btree (calendar, date);
CREATE INDEX audit_events_by_actor ON public.audit_events USING btree (actor, at, id);
CREATE INDEX audit_events_by_code ON public.audit_events USING btree (code, at, id);
CREATE INDEX audit_events_by_freight ON public.audit_events USING btree (freight, at, id) WHERE (freight IS NOT NULL);
CREATE INDEX audit_events_by_project ON public.audit_events USING btree (project, at, id) WHERE (project IS NOT NULL);
CREATE INDEX audit_events_by_promotion ON public.audit_events USING btree (promotion, at, id) WHERE (promotion IS NOT NULL);
CREATE INDEX audit_events_by_stage ON public.audit_events USING btree (project, stage, at, id) WHERE (stage IS NOT NULL);
CREATE INDEX audit_events_by_time ON public.audit_events USING btree (at, id);
CREATE INDEX audit_events_in_order ON public.audit_events USING btree (xact, id);
CREATE INDEX deployments_by_stage ON public.deployments USING btree (project, stage, warehouse, at);
CREATE INDEX freezes_that_last ON public.freezes USING btree (started_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX freight_aliases_one_current ON public.freight_aliases USING btree (project, freight) WHERE is_current;
CREATE INDEX freight_approvals_by_freight ON public.freight_approvals USING btree (project, freight, stage);
CREATE INDEX freight_artifacts_by_digest ON public.freight_artifacts USING btree (project, digest);
CREATE INDEX freight_artifacts_by_freight ON public.freight_artifacts USING btree (project, freight);
CREATE INDEX freight_artifacts_by_version ON public.freight_artifacts USING btree (project, version);
CREATE INDEX freight_by_warehouse ON public.freight USING btree (project, warehouse, number);
CREATE UNIQUE INDEX freight_rejections_one_open ON public.freight_rejections USING btree (project, freight) WHERE (ended_at IS NULL);
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX notification_deliveries_by_time ON public.notification_deliveries USING btree (receiver, next_at);
CREATE INDEX occupancies_by_freight ON public.occupancies USING btree (project, freight);
CREATE UNIQUE INDEX occupancies_one_current ON public.occupancies USING btree (project, stage, warehouse) WHERE (until IS NULL);
CREATE INDEX overrides_by_project ON public.overrides USING btree (project, requested_at, id);
CREATE INDEX overrides_by_promotion ON public.overrides USING btree (consumed_by) WHERE (consumed_by IS NOT NULL);
CREATE UNIQUE INDEX overrides_one_open ON public.overrides USING btree (project, stage, freight) WHERE ((consumed_at IS NULL) AND (ended_at IS NULL));
CREATE INDEX overrides_unused ON public.overrides USING btree (approve_by) WHERE ((consumed_at IS NULL) AND (ended_at IS NULL));
CREATE INDEX promotion_holds_by_promotion ON public.promotion_holds USING btree (promotion) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX promotion_holds_one_open ON public.promotion_holds USING btree (project, stage, warehouse) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX promotion_steps_one_open ON public.promotion_steps USING btree (promotion) WHERE (ended_at IS NULL);
CREATE INDEX promotions_by_first_try ON public.promotions USING btree (retry_of) WHERE (retry_of IS NOT NULL);
CREATE INDEX promotions_by_freight ON public.promotions USING btree (project, freight, requested_at);
CREATE INDEX promotions_by_project ON public.promotions USING btree (project, requested_at, id);
CREATE INDEX promotions_by_stage ON public.promotions USING btree (project, stage, requested_at);
CREATE INDEX promotions_by_stage_and_freight ON public.promotions USING btree (project, stage, freight, requested_at);
CREATE UNIQUE INDEX promotions_one_active ON public.promotions USING btree (project, stage) WHERE (phase = ANY (ARRAY['Running'::text, 'Verifying'::text]));
CREATE UNIQUE INDEX promotions_one_of_freight ON public.promotions USING btree (project, stage, freight) WHERE (ended_at IS NULL);
CREATE INDEX promotions_to_work_on ON public.promotions USING btree (leased_until) WHERE (phase = ANY (ARRAY['Running'::text, 'Verifying'::text]));
CREATE INDEX promotions_unfinished ON public.promotions USING btree (requested_at, id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX revisions_one_pending ON public.revisions USING btree (project) WHERE ((in_force_at IS NULL) AND (refused_at IS NULL));
CREATE INDEX stage_calls_by_stage ON public.stage_calls USING btree (project, stage);
CREATE INDEX stage_disablings_by_stage ON public.stage_disablings USING btree (project, stage, at);
CREATE UNIQUE INDEX stage_disablings_one_open ON public.stage_disablings USING btree (project, stage) WHERE (ended_at IS NULL);
CREATE INDEX stage_looks_by_time ON public.stage_looks USING btree (due);
CREATE INDEX stage_verifications_by_freight ON public.stage_verifications USING btree (project, freight);
CREATE INDEX tokens_by_maker ON public.tokens USING btree (created_by);
CREATE INDEX tokens_by_making_token ON public.tokens USING btree (created_with);
CREATE INDEX tokens_by_subject ON public.tokens USING btree (subject);
CREATE UNIQUE INDEX tokens_one_bootstrap ON public.tokens USING btree (is_bootstrap) WHERE (is_bootstrap AND (revoked_at IS NULL));
CREATE INDEX warehouse_looks_to_do ON public.warehouse_looks USING btree (look_at);
CREATE TRIGGER adjustment_approvals_are_others BEFORE INSERT ON public.adjustment_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, true as asked from adjustments where id = $1.adjustment
        union all select token, false from adjustment_approvals
        where adjustment = $1.adjustment and subject <> $1.subject');
CREATE TRIGGER adjustments_stay_effective BEFORE UPDATE OF effective_at ON public.adjustments FOR EACH ROW WHEN ((old.effective_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER adjustments_stay_withdrawn BEFORE UPDATE ON public.adjustments FOR EACH ROW WHEN ((old.withdrawn_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_checkpoints_are_not_emptied BEFORE TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_are_not_emptied;
CREATE TRIGGER audit_checkpoints_stay BEFORE DELETE OR UPDATE ON public.audit_checkpoints FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_checkpoints ENABLE ALWAYS TRIGGER audit_checkpoints_stay;
CREATE TRIGGER audit_events_are_not_emptied BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_events ENABLE ALWAYS TRIGGER audit_events_are_not_emptied;
CREATE TRIGGER audit_events_stay BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_events ENABLE ALWAYS TRIGGER audit_events_stay;
CREATE TRIGGER audit_keys_are_not_emptied BEFORE TRUNCATE ON public.audit_keys FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_keys ENABLE ALWAYS TRIGGER audit_keys_are_not_emptied;
CREATE TRIGGER audit_keys_stay BEFORE DELETE OR UPDATE ON public.audit_keys FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_keys ENABLE ALWAYS TRIGGER audit_keys_stay;
CREATE TRIGGER audit_leaves_are_not_emptied BEFORE TRUNCATE ON public.audit_leaves FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_leaves ENABLE ALWAYS TRIGGER audit_leaves_are_not_emptied;
CREATE TRIGGER audit_leaves_stay BEFORE DELETE OR UPDATE ON public.audit_leaves FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_leaves ENABLE ALWAYS TRIGGER audit_leaves_stay;
CREATE TRIGGER audit_nodes_are_not_emptied BEFORE TRUNCATE ON public.audit_nodes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_nodes ENABLE ALWAYS TRIGGER audit_nodes_are_not_emptied;
CREATE TRIGGER audit_nodes_stay BEFORE DELETE OR UPDATE ON public.audit_nodes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_nodes ENABLE ALWAYS TRIGGER audit_nodes_stay;
CREATE TRIGGER audit_rollback_approvals_are_not_emptied BEFORE TRUNCATE ON public.audit_rollback_approvals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_rollback_approvals ENABLE ALWAYS TRIGGER audit_rollback_approvals_are_not_emptied;
CREATE TRIGGER audit_rollback_approvals_are_others BEFORE INSERT ON public.audit_rollback_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, true as asked from audit_rollbacks where id = $1.rollback');
CREATE TRIGGER audit_rollback_approvals_stay BEFORE DELETE OR UPDATE ON public.audit_rollback_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_rollback_approvals ENABLE ALWAYS TRIGGER audit_rollback_approvals_stay;
CREATE TRIGGER audit_rollbacks_are_not_emptied BEFORE TRUNCATE ON public.audit_rollbacks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_rollbacks ENABLE ALWAYS TRIGGER audit_rollbacks_are_not_emptied;
CREATE TRIGGER audit_rollbacks_stay BEFORE DELETE OR UPDATE ON public.audit_rollbacks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE public.audit_rollbacks ENABLE ALWAYS TRIGGER audit_rollbacks_stay;
CREATE TRIGGER epochs_change AFTER INSERT OR UPDATE ON public.epochs FOR EACH STATEMENT EXECUTE FUNCTION public.announce('decisions');
CREATE TRIGGER epochs_rise BEFORE UPDATE ON public.epochs FOR EACH ROW WHEN ((new.epoch <= old.epoch)) EXECUTE FUNCTION public.refuse_going_back();
CREATE TRIGGER freezes_stay_ended BEFORE UPDATE ON public.freezes FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER freight_approvals_are_not_removed BEFORE DELETE ON public.freight_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER freight_approvals_are_others BEFORE INSERT ON public.freight_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, false as asked from freight_approvals
        where project = $1.project and freight = $1.freight and stage = $1.stage and revoked_at is null
          and used_by is null and subject <> $1.subject');
CREATE TRIGGER freight_approvals_stay_revoked BEFORE UPDATE ON public.freight_approvals FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) OR (old.used_by IS NOT NULL) OR ((new.revoked_at IS NULL) = (new.used_by IS NULL)))) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER freight_rejections_stay_ended BEFORE UPDATE ON public.freight_rejections FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER freight_stays BEFORE DELETE OR UPDATE ON public.freight FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER last_watch_stays BEFORE DELETE ON public.last_watch FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER occupancies_stay_ended BEFORE UPDATE ON public.occupancies FOR EACH ROW WHEN ((old.until IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER override_approvals_are_others BEFORE INSERT ON public.override_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, true as asked from overrides where id = $1.override
        union all select token, false from override_approvals where override = $1.override and subject <> $1.subject');
CREATE TRIGGER override_approvals_stay BEFORE DELETE OR UPDATE ON public.override_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER override_reviews_are_of_uses BEFORE INSERT ON public.override_reviews FOR EACH ROW EXECUTE FUNCTION public.refuse_review_of_nothing();
CREATE TRIGGER override_reviews_are_others BEFORE INSERT ON public.override_reviews FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, true as asked from overrides where id = $1.override
        union all select token, false from override_approvals where override = $1.override');
CREATE TRIGGER override_reviews_stay BEFORE DELETE OR UPDATE ON public.override_reviews FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER overrides_are_agreed_to BEFORE UPDATE OF approved_at ON public.overrides FOR EACH ROW WHEN ((new.approved_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_unapproved_override();
CREATE TRIGGER overrides_are_not_removed BEFORE DELETE ON public.overrides FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER overrides_stay_approved BEFORE UPDATE OF approved_at, use_by ON public.overrides FOR EACH ROW WHEN ((old.approved_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER overrides_stay_ended BEFORE UPDATE ON public.overrides FOR EACH ROW WHEN (((old.ended_at IS NOT NULL) OR (old.consumed_at IS NOT NULL))) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotion_holds_stay_ended BEFORE UPDATE ON public.promotion_holds FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotion_steps_are_not_removed BEFORE DELETE ON public.promotion_steps FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotion_steps_stay_ended BEFORE UPDATE ON public.promotion_steps FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotions_are_not_removed BEFORE DELETE ON public.promotions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotions_stay_ended BEFORE UPDATE ON public.promotions FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER revision_approvals_are_others BEFORE INSERT ON public.revision_approvals FOR EACH ROW EXECUTE FUNCTION public.refuse_own_approval('select token, true as asked from revisions where project = $1.project and number = $1.number
        union all select token, false from revision_approvals
        where project = $1.project and number = $1.number and subject <> $1.subject');
CREATE TRIGGER revisions_stay BEFORE UPDATE OF in_force_at, refused_at ON public.revisions FOR EACH ROW WHEN (((old.in_force_at IS NOT NULL) OR (old.refused_at IS NOT NULL))) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER stage_calls_change AFTER INSERT ON public.stage_calls FOR EACH STATEMENT EXECUTE FUNCTION public.announce('promotions');
CREATE TRIGGER stage_disablings_stay_ended BEFORE UPDATE ON public.stage_disablings FOR EACH ROW WHEN ((old.ended_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER stage_verifications_stay_revoked BEFORE UPDATE ON public.stage_verifications FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER tokens_change AFTER INSERT OR UPDATE OF revoked_at ON public.tokens FOR EACH STATEMENT EXECUTE FUNCTION public.announce('tokens');
CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE OF revoked_at, revoked_by ON public.tokens FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_unrevoking();
CREATE TRIGGER warehouse_looks_hinted AFTER INSERT OR UPDATE OF hints ON public.warehouse_looks FOR EACH ROW WHEN ((new.hints > 0)) EXECUTE FUNCTION public.announce('warehouses');
ALTER TABLE ONLY public.adjustment_approvals
    ADD CONSTRAINT adjustment_approvals_adjustment_fkey FOREIGN KEY (adjustment) REFERENCES public.adjustments(id);
ALTER TABLE ONLY public.adjustment_approvals
    ADD CONSTRAINT adjustment_approvals_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.adjustment_approvals
    ADD CONSTRAINT adjustment_approvals_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_token_requested_by_fkey FOREIGN KEY (token, requested_by) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT adjustments_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.audit_rollback_approvals
    ADD CONSTRAINT audit_rollback_approvals_rollback_fkey FOREIGN KEY (rollback) REFERENCES public.audit_rollbacks(id);
ALTER TABLE ONLY public.audit_rollback_approvals
    ADD CONSTRAINT audit_rollback_approvals_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.audit_rollback_approvals
    ADD CONSTRAINT audit_rollback_approvals_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.audit_rollbacks
    ADD CONSTRAINT audit_rollbacks_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.audit_rollbacks
    ADD CONSTRAINT audit_rollbacks_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.calendars
    ADD CONSTRAINT calendars_loaded_by_fkey FOREIGN KEY (loaded_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.deployments
    ADD CONSTRAINT deployments_promotion_fkey FOREIGN KEY (promotion) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.freezes
    ADD CONSTRAINT freezes_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freezes
    ADD CONSTRAINT freezes_started_by_fkey FOREIGN KEY (started_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freight_aliases
    ADD CONSTRAINT freight_aliases_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.freight_approvals
    ADD CONSTRAINT freight_approvals_used_by_fkey FOREIGN KEY (used_by) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.freight_artifacts
    ADD CONSTRAINT freight_artifacts_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.freight
    ADD CONSTRAINT freight_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freight
    ADD CONSTRAINT freight_project_fkey FOREIGN KEY (project) REFERENCES public.projects(name);
ALTER TABLE ONLY public.freight_rejections
    ADD CONSTRAINT freight_rejections_by_fkey FOREIGN KEY (by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freight_rejections
    ADD CONSTRAINT freight_rejections_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.freight_rejections
    ADD CONSTRAINT freight_rejections_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_subject_fkey FOREIGN KEY (subject) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.notification_deliveries
    ADD CONSTRAINT notification_deliveries_receiver_fkey FOREIGN KEY (receiver) REFERENCES public.notification_receivers(name);
ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_promotion_fkey FOREIGN KEY (promotion) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.override_approvals
    ADD CONSTRAINT override_approvals_override_fkey FOREIGN KEY (override) REFERENCES public.overrides(id);
ALTER TABLE ONLY public.override_approvals
    ADD CONSTRAINT override_approvals_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.override_approvals
    ADD CONSTRAINT override_approvals_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.override_reviews
    ADD CONSTRAINT override_reviews_override_fkey FOREIGN KEY (override) REFERENCES public.overrides(id);
ALTER TABLE ONLY public.override_reviews
    ADD CONSTRAINT override_reviews_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.override_reviews
    ADD CONSTRAINT override_reviews_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.overrides
    ADD CONSTRAINT overrides_consumed_by_fkey FOREIGN KEY (consumed_by) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.overrides
    ADD CONSTRAINT overrides_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.overrides
    ADD CONSTRAINT overrides_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.overrides
    ADD CONSTRAINT overrides_token_requested_by_fkey FOREIGN KEY (token, requested_by) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_name_revision_fkey FOREIGN KEY (name, revision) REFERENCES public.revisions(project, number);
ALTER TABLE ONLY public.promotion_holds
    ADD CONSTRAINT promotion_holds_by_fkey FOREIGN KEY (by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.promotion_holds
    ADD CONSTRAINT promotion_holds_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.promotion_holds
    ADD CONSTRAINT promotion_holds_promotion_fkey FOREIGN KEY (promotion) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.promotion_steps
    ADD CONSTRAINT promotion_steps_promotion_fkey FOREIGN KEY (promotion) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.promotions
    ADD CONSTRAINT promotions_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.promotions
    ADD CONSTRAINT promotions_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.promotions
    ADD CONSTRAINT promotions_requested_with_requested_by_fkey FOREIGN KEY (requested_with, requested_by) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.promotions
    ADD CONSTRAINT promotions_retry_of_fkey FOREIGN KEY (retry_of) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.refusal_runs
    ADD CONSTRAINT refusal_runs_actor_fkey FOREIGN KEY (actor) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.revision_approvals
    ADD CONSTRAINT revision_approvals_project_number_fkey FOREIGN KEY (project, number) REFERENCES public.revisions(project, number);
ALTER TABLE ONLY public.revision_approvals
    ADD CONSTRAINT revision_approvals_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.revision_approvals
    ADD CONSTRAINT revision_approvals_token_subject_fkey FOREIGN KEY (token, subject) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_author_fkey FOREIGN KEY (author) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_project_fkey FOREIGN KEY (project) REFERENCES public.projects(name);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_refused_by_fkey FOREIGN KEY (refused_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_token_author_fkey FOREIGN KEY (token, author) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.stage_disablings
    ADD CONSTRAINT stage_disablings_by_fkey FOREIGN KEY (by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.stage_disablings
    ADD CONSTRAINT stage_disablings_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.stage_disablings
    ADD CONSTRAINT stage_disablings_project_fkey FOREIGN KEY (project) REFERENCES public.projects(name);
ALTER TABLE ONLY public.stage_looks
    ADD CONSTRAINT stage_looks_project_fkey FOREIGN KEY (project) REFERENCES public.projects(name);
ALTER TABLE ONLY public.stage_verifications
    ADD CONSTRAINT stage_verifications_project_freight_fkey FOREIGN KEY (project, freight) REFERENCES public.freight(project, id);
ALTER TABLE ONLY public.stage_verifications
    ADD CONSTRAINT stage_verifications_promotion_fkey FOREIGN KEY (promotion) REFERENCES public.promotions(id);
ALTER TABLE ONLY public.subject_names
    ADD CONSTRAINT subject_names_subject_fkey FOREIGN KEY (subject) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_created_with_created_by_fkey FOREIGN KEY (created_with, created_by) REFERENCES public.tokens(id, subject);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES public.subjects(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_subject_kind_fkey FOREIGN KEY (subject, kind) REFERENCES public.subjects(id, kind);
ALTER TABLE ONLY public.warehouse_looks
    ADD CONSTRAINT warehouse_looks_project_fkey FOREIGN KEY (project) REFERENCES public.projects(name);
GRANT SELECT,INSERT ON TABLE public.adjustment_approvals TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.adjustments TO gatehouse_server;
GRANT UPDATE(effective_at) ON TABLE public.adjustments TO gatehouse_server;
GRANT UPDATE(withdrawn_at) ON TABLE public.adjustments TO gatehouse_server;
GRANT UPDATE(withdrawn_by) ON TABLE public.adjustments TO gatehouse_server;
GRANT UPDATE(withdrawn_why) ON TABLE public.adjustments TO gatehouse_server;
GRANT SELECT ON TABLE public.audit_checkpoints TO gatehouse_server;
GRANT INSERT(size) ON TABLE public.audit_checkpoints TO gatehouse_server;
GRANT INSERT(root) ON TABLE public.audit_checkpoints TO gatehouse_server;
GRANT INSERT(note) ON TABLE public.audit_checkpoints TO gatehouse_server;
GRANT INSERT(below) ON TABLE public.audit_checkpoints TO gatehouse_server;
GRANT SELECT ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(at) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(code) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(actor) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(project) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(stage) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(freight) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(promotion) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(event) ON TABLE public.audit_events TO gatehouse_server;
GRANT SELECT ON TABLE public.audit_keys TO gatehouse_server;
GRANT INSERT(key) ON TABLE public.audit_keys TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.audit_leaves TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.audit_nodes TO gatehouse_server;
GRANT SELECT ON TABLE public.audit_rollback_approvals TO gatehouse_server;
GRANT INSERT(rollback) ON TABLE public.audit_rollback_approvals TO gatehouse_server;
GRANT INSERT(subject) ON TABLE public.audit_rollback_approvals TO gatehouse_server;
GRANT INSERT(token) ON TABLE public.audit_rollback_approvals TO gatehouse_server;
GRANT SELECT ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(id) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(size) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(root) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(known) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(reason) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(subject) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT INSERT(token) ON TABLE public.audit_rollbacks TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.authentication_failures TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.calendars TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.deployments TO gatehouse_server;
GRANT UPDATE(at) ON TABLE public.deployments TO gatehouse_server;
GRANT UPDATE(withdrawn_at) ON TABLE public.deployments TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(anchored_at) ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(simulated) ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(rate) ON TABLE public.drill TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.epochs TO gatehouse_server;
GRANT UPDATE(epoch) ON TABLE public.epochs TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freezes TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.freezes TO gatehouse_server;
GRANT UPDATE(ended_by) ON TABLE public.freezes TO gatehouse_server;
GRANT UPDATE(ended_why) ON TABLE public.freezes TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freight TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freight_aliases TO gatehouse_server;
GRANT UPDATE(is_current) ON TABLE public.freight_aliases TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freight_approvals TO gatehouse_server;
GRANT UPDATE(revoked_at) ON TABLE public.freight_approvals TO gatehouse_server;
GRANT UPDATE(revoked_by) ON TABLE public.freight_approvals TO gatehouse_server;
GRANT UPDATE(revoked_why) ON TABLE public.freight_approvals TO gatehouse_server;
GRANT UPDATE(used_by) ON TABLE public.freight_approvals TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freight_artifacts TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.freight_rejections TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.freight_rejections TO gatehouse_server;
GRANT UPDATE(ended_by) ON TABLE public.freight_rejections TO gatehouse_server;
GRANT UPDATE(ended_why) ON TABLE public.freight_rejections TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(status) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(location) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(answer) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT SELECT ON TABLE public.last_watch TO gatehouse_server;
GRANT INSERT(until),UPDATE(until) ON TABLE public.last_watch TO gatehouse_server;
GRANT SELECT,DELETE ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT INSERT(receiver) ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT INSERT(event) ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT UPDATE(attempts) ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT UPDATE(next_at) ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT UPDATE(last_error) ON TABLE public.notification_deliveries TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.notification_receivers TO gatehouse_server;
GRANT UPDATE(xact) ON TABLE public.notification_receivers TO gatehouse_server;
GRANT UPDATE(event) ON TABLE public.notification_receivers TO gatehouse_server;
GRANT UPDATE(above) ON TABLE public.notification_receivers TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.occupancies TO gatehouse_server;
GRANT UPDATE(until) ON TABLE public.occupancies TO gatehouse_server;
GRANT UPDATE(displaced_at) ON TABLE public.occupancies TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.override_approvals TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.override_reviews TO gatehouse_server;
GRANT SELECT ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(id) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(project) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(stage) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(freight) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(promotion) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(bypasses) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(covers_unknown) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(justification) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(ticket) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(requested_by) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(token) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(requested_at) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(approvals) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(approve_by) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(valid_for) ON TABLE public.overrides TO gatehouse_server;
GRANT INSERT(review_within) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(approved_at) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(use_by) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(consumed_at) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(consumed_by) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(covers_until) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(review_due) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(ended_as) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(ended_by) ON TABLE public.overrides TO gatehouse_server;
GRANT UPDATE(ended_why) ON TABLE public.overrides TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.projects TO gatehouse_server;
GRANT UPDATE(revision) ON TABLE public.projects TO gatehouse_server;
GRANT USAGE ON SEQUENCE public.promotion_fences TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(at) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(by) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(reason) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(ended_by) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(promotion) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT UPDATE(ended_why) ON TABLE public.promotion_holds TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.promotion_steps TO gatehouse_server;
GRANT UPDATE(sent_at) ON TABLE public.promotion_steps TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.promotion_steps TO gatehouse_server;
GRANT UPDATE(outcome) ON TABLE public.promotion_steps TO gatehouse_server;
GRANT UPDATE(detail) ON TABLE public.promotion_steps TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(phase) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(code) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(gate) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(reason) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(progress) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(next_open) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(lease) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(leased_until) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(started_at) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(deadline) ON TABLE public.promotions TO gatehouse_server;
GRANT UPDATE(work) ON TABLE public.promotions TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.purpose TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(code) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(promotion) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(event) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(first_at) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(last_at) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT UPDATE(count) ON TABLE public.refusal_runs TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.reminders TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.revision_approvals TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.revisions TO gatehouse_server;
GRANT UPDATE(in_force_at) ON TABLE public.revisions TO gatehouse_server;
GRANT UPDATE(refused_at) ON TABLE public.revisions TO gatehouse_server;
GRANT UPDATE(refused_by) ON TABLE public.revisions TO gatehouse_server;
GRANT UPDATE(refused_why) ON TABLE public.revisions TO gatehouse_server;
GRANT SELECT ON TABLE public.schema_migrations TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.stage_calls TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.stage_disablings TO gatehouse_server;
GRANT UPDATE(ended_at) ON TABLE public.stage_disablings TO gatehouse_server;
GRANT UPDATE(ended_by) ON TABLE public.stage_disablings TO gatehouse_server;
GRANT UPDATE(ended_why) ON TABLE public.stage_disablings TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.stage_looks TO gatehouse_server;
GRANT UPDATE(due) ON TABLE public.stage_looks TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.stage_verifications TO gatehouse_server;
GRANT UPDATE(revoked_at) ON TABLE public.stage_verifications TO gatehouse_server;
GRANT UPDATE(revoked_why) ON TABLE public.stage_verifications TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.subject_names TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.subjects TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(revoked_at) ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(revoked_by) ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(last_used_at) ON TABLE public.tokens TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(revision) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(look_at) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(not_before) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(hints) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(lease) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(leased_until) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(ended) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(looked_at) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(succeeded_at) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(failures) ON TABLE public.warehouse_looks TO gatehouse_server;
GRANT UPDATE(report) ON TABLE public.warehouse_looks TO gatehouse_server;
