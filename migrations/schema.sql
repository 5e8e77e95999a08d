CREATE FUNCTION public.announce() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_notify('gatehouse', tg_argv[0]);
    return null;
end
$$;
ALTER FUNCTION public.announce() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION public.refuse_change() OWNER TO gatehouse_owner;
CREATE FUNCTION public.refuse_unrevoking() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'token % is revoked: that is for ever', old.id using errcode = 'insufficient_privilege';
end
$$;
ALTER FUNCTION public.refuse_unrevoking() OWNER TO gatehouse_owner;
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
CREATE TABLE public.authentication_failures (
    address text NOT NULL,
    minute timestamp with time zone NOT NULL
);
ALTER TABLE public.authentication_failures OWNER TO gatehouse_owner;
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
CREATE TABLE public.purpose (
    only_row boolean DEFAULT true NOT NULL,
    is_drill boolean NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT purpose_only_row_check CHECK (only_row)
);
ALTER TABLE public.purpose OWNER TO gatehouse_owner;
CREATE TABLE public.schema_migrations (
    number integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT schema_migrations_checksum_check CHECK ((octet_length(checksum) = 32)),
    CONSTRAINT schema_migrations_number_check CHECK ((number > 0))
);
ALTER TABLE public.schema_migrations OWNER TO gatehouse_owner;
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
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authentication_failures
    ADD CONSTRAINT authentication_failures_pkey PRIMARY KEY (address, minute);
ALTER TABLE ONLY public.drill
    ADD CONSTRAINT drill_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (subject, target_hash, key);
ALTER TABLE ONLY public.purpose
    ADD CONSTRAINT purpose_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (number);
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
CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX tokens_by_subject ON public.tokens USING btree (subject);
CREATE UNIQUE INDEX tokens_one_bootstrap ON public.tokens USING btree (is_bootstrap) WHERE (is_bootstrap AND (revoked_at IS NULL));
CREATE TRIGGER audit_events_are_not_emptied BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER audit_events_stay BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER tokens_change AFTER INSERT OR UPDATE OF revoked_at ON public.tokens FOR EACH STATEMENT EXECUTE FUNCTION public.announce('tokens');
CREATE TRIGGER tokens_stay_revoked BEFORE UPDATE OF revoked_at, revoked_by ON public.tokens FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_unrevoking();
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_subject_fkey FOREIGN KEY (subject) REFERENCES public.subjects(id);
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
GRANT SELECT ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(at) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(code) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(actor) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(project) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(stage) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(freight) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(promotion) ON TABLE public.audit_events TO gatehouse_server;
GRANT INSERT(event) ON TABLE public.audit_events TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.authentication_failures TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(anchored_at) ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(simulated) ON TABLE public.drill TO gatehouse_server;
GRANT UPDATE(rate) ON TABLE public.drill TO gatehouse_server;
GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(status) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(location) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT UPDATE(answer) ON TABLE public.idempotency_keys TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.purpose TO gatehouse_server;
GRANT SELECT ON TABLE public.schema_migrations TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.subject_names TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.subjects TO gatehouse_server;
GRANT SELECT,INSERT ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(revoked_at) ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(revoked_by) ON TABLE public.tokens TO gatehouse_server;
GRANT UPDATE(last_used_at) ON TABLE public.tokens TO gatehouse_server;
