-- A stored answer says of which method it is and names its property, so that whoever asks what became of the request can be told, and a
-- key without a grant for the property is not. Both are absent in rows of before, and in those that a process of before still writes.
ALTER TABLE "stored_answer" ADD COLUMN "method" TEXT, ADD COLUMN "property_id" TEXT;

-- As the one of before, with the method.
CREATE FUNCTION "accept_report"(
    _id UUID, _partner TEXT, _property_id TEXT, _kind TEXT, _subject TEXT, _month TEXT, _format TEXT, _language TEXT,
    _create_time TIMESTAMPTZ, _due_after_ms INTEGER, _request_id UUID, _fingerprint BYTEA, _answer JSONB, _waiting_max INTEGER,
    _method TEXT
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
    INSERT INTO "stored_answer" ("partner", "request_id", "fingerprint", "report", "method", "property_id")
        VALUES (_partner, _request_id, _fingerprint, _answer, _method, _property_id) ON CONFLICT DO NOTHING;
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
