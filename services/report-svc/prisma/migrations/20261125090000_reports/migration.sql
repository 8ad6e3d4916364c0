-- Reports, and the answers that were given about them.

CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "partner" TEXT NOT NULL,
    "property_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "month" TEXT,
    "format" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(6),
    "due_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "create_time" TIMESTAMPTZ(6) NOT NULL,
    "complete_time" TIMESTAMPTZ(6),
    "blob_key" TEXT,
    "content_type" TEXT,
    "size_bytes" BIGINT,
    "sha256" TEXT,
    "failure_cause" TEXT,

    CONSTRAINT "report_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "report_kind" CHECK ("kind" IN ('bookingConfirmation', 'monthlyPerformance')),
    CONSTRAINT "report_month" CHECK (("kind" = 'monthlyPerformance') = ("month" IS NOT NULL)),
    CONSTRAINT "report_format" CHECK ("format" IN ('PDF', 'CSV')),
    CONSTRAINT "report_language" CHECK ("language" IN ('en', 'de')),
    CONSTRAINT "report_state" CHECK ("state" IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    CONSTRAINT "report_tries" CHECK ("attempts" >= 0 AND "failures" >= 0),
    -- Whoever makes a report holds a lease, and nobody else does.
    CONSTRAINT "report_lease" CHECK (
        ("state" = 'RUNNING') = ("lease_token" IS NOT NULL) AND ("state" = 'RUNNING') = ("lease_until" IS NOT NULL)
    ),
    CONSTRAINT "report_end" CHECK (("state" IN ('QUEUED', 'RUNNING')) = ("complete_time" IS NULL)),
    CONSTRAINT "report_document" CHECK (
        ("state" = 'SUCCEEDED') = ("blob_key" IS NOT NULL)
        AND ("state" = 'SUCCEEDED') = ("content_type" IS NOT NULL)
        AND ("state" = 'SUCCEEDED') = ("size_bytes" IS NOT NULL)
        AND ("state" = 'SUCCEEDED') = ("sha256" IS NOT NULL)
    ),
    CONSTRAINT "report_failure" CHECK (("state" = 'FAILED') = ("failure_cause" IS NOT NULL))
);

CREATE INDEX "report_of_partner" ON "report" ("partner", "id" DESC);
CREATE INDEX "report_waiting" ON "report" ("partner") WHERE "state" IN ('QUEUED', 'RUNNING');
CREATE INDEX "report_due" ON "report" ("due_at") WHERE "state" IN ('QUEUED', 'RUNNING');

CREATE TABLE "stored_answer" (
    "partner" TEXT NOT NULL,
    "request_id" UUID NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "report" JSONB,
    "refusal" JSONB,
    "create_time" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_answer_pkey" PRIMARY KEY ("partner", "request_id"),
    CONSTRAINT "stored_answer_outcome" CHECK (num_nonnulls("report", "refusal") = 1)
);

CREATE INDEX "stored_answer_by_age" ON "stored_answer" ("create_time");

-- A report that has ended stays as it ended.
CREATE FUNCTION "report_stays_ended"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'report % has ended as % and cannot change', OLD."id", OLD."state";
END
$$;

CREATE TRIGGER "report_stays_ended" BEFORE UPDATE ON "report"
    FOR EACH ROW WHEN (OLD."state" IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) EXECUTE FUNCTION "report_stays_ended"();

-- Keeps a new report together with its answer, in one round trip. Requests of one partner go one after the other here, so that the bound
-- on waiting reports is exact and equal requests find the winner's answer.
CREATE FUNCTION "accept_report"(
    _id UUID, _partner TEXT, _property_id TEXT, _kind TEXT, _subject TEXT, _month TEXT, _format TEXT, _language TEXT,
    _create_time TIMESTAMPTZ, _due_after_ms INTEGER, _request_id UUID, _fingerprint BYTEA, _answer JSONB, _waiting_max INTEGER
) RETURNS TEXT LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('report ' || _partner, 0));
    IF EXISTS (SELECT FROM "stored_answer" WHERE "partner" = _partner AND "request_id" = _request_id) THEN
        RETURN 'REPEATED';
    END IF;
    IF (SELECT count(*) FROM "report" WHERE "partner" = _partner AND "state" IN ('QUEUED', 'RUNNING')) >= _waiting_max THEN
        RETURN 'FULL';
    END IF;
    -- A refusal of the same request may be written at this moment; then nothing of ours stays.
    INSERT INTO "stored_answer" ("partner", "request_id", "fingerprint", "report")
        VALUES (_partner, _request_id, _fingerprint, _answer) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'REPEATED';
    END IF;
    INSERT INTO "report" (
        "id", "partner", "property_id", "kind", "subject", "month", "format", "language", "create_time", "due_at"
    ) VALUES (
        _id, _partner, _property_id, _kind, _subject, _month, _format, _language, _create_time,
        clock_timestamp() + _due_after_ms * interval '1 millisecond'
    );
    RETURN 'ACCEPTED';
END
$$;
