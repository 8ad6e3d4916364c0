-- A kept request names its property, so that a key without a grant for it does not learn what became of the request. Rows of before name
-- none, and neither do those that a process of before still writes: they are shown to keys for all properties alone.
ALTER TABLE idempotency ADD COLUMN property_id text;

-- As the one of before, with the property.
CREATE FUNCTION claim_request(
  p_partner text, p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb, p_guest uuid,
  p_property text
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
BEGIN
  INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id, property_id)
    VALUES (p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, p_guest, p_property)
    ON CONFLICT (partner, request_id) DO NOTHING;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  SELECT 'REPLAY', i.method, i.fingerprint, i.answer, i.refusal, g.data_key, g.sealed INTO v_result
    FROM idempotency i LEFT JOIN guest g ON g.guest_id = i.guest_id
    WHERE i.partner = p_partner AND i.request_id = p_request;
  RETURN v_result;
END $$;

-- As before, and the property is noted.
CREATE OR REPLACE FUNCTION hold_rooms(
  p_partner text, p_property text, p_catalog_version bigint,
  p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb,
  p_reservation jsonb, p_hold_seconds double precision, p_data_key bytea, p_sealed bytea,
  p_event uuid, p_event_type text, p_saga jsonb, p_lease_seconds double precision
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
  r reservation;
BEGIN
  IF coalesce((SELECT catalog_version FROM property WHERE partner = p_partner AND property_id = p_property), 0)
      <> p_catalog_version THEN
    v_result.outcome := 'STALE';
    RETURN v_result;
  END IF;
  r := jsonb_populate_record(NULL::reservation, coalesce(p_reservation, '{}'));
  IF p_request IS NOT NULL THEN
    INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id, property_id)
      VALUES (p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, r.guest_id, p_property)
      ON CONFLICT (partner, request_id) DO NOTHING;
    IF NOT FOUND THEN
      RETURN claim_request(p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, r.guest_id, p_property);
    END IF;
  END IF;
  IF p_refusal IS NOT NULL THEN
    v_result.outcome := 'REFUSED';
    v_result.refusal := p_refusal;
    RETURN v_result;
  END IF;
  PERFORM lock_nights(r, r.check_in);
  RETURN hold_claimed(r, p_request, p_hold_seconds, p_data_key, p_sealed, p_event, p_event_type, p_saga, p_lease_seconds);
END $$;

-- As the one of before, with the property of the request.
CREATE FUNCTION change_reservation(
  p_partner text, p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb, p_guest uuid,
  p_version integer, p_reservation jsonb, p_hold_seconds double precision,
  p_from date, p_sold integer, p_held integer, p_cause text,
  p_event uuid, p_event_type text,
  p_saga_version bigint, p_saga jsonb, p_wait_seconds double precision, p_lease_seconds double precision,
  p_answered uuid, p_property text
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
BEGIN
  IF p_request IS NOT NULL THEN
    v_result := claim_request(p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, p_guest, p_property);
    IF v_result.outcome IS NOT NULL THEN
      RETURN v_result;
    END IF;
    IF p_refusal IS NOT NULL THEN
      v_result.outcome := 'REFUSED';
      v_result.refusal := p_refusal;
      RETURN v_result;
    END IF;
  END IF;
  RETURN change_claimed(p_partner, p_request, p_answer, p_refusal, p_version, p_reservation, p_hold_seconds, p_from, p_sold,
    p_held, p_cause, p_event, p_event_type, p_saga_version, p_saga, p_wait_seconds, p_lease_seconds, p_answered, false);
END $$;

-- As before, and the property is noted.
CREATE OR REPLACE FUNCTION write_gathered(p_partner text, p_property text, p_writes jsonb)
RETURNS SETOF write_result LANGUAGE plpgsql SET lock_timeout = '500ms' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_writes gathered_write[];
  v_catalog bigint;
  v_claimed uuid[];
  v_ids uuid[];
  w gathered_write;
  r reservation;
  v_result write_result;
BEGIN
  SELECT array_agg(jsonb_populate_record(NULL::gathered_write, e.write) ORDER BY e.place) INTO v_writes
    FROM jsonb_array_elements(p_writes) WITH ORDINALITY AS e (write, place);
  v_catalog := coalesce((SELECT catalog_version FROM property WHERE partner = p_partner AND property_id = p_property), 0);

  WITH claimed AS (
    INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id, property_id)
      SELECT p_partner, c.request, c.method, c.fingerprint, c.answer, c.refusal, c.guest, p_property
      FROM unnest(v_writes) WITH ORDINALITY AS c
      WHERE c.request IS NOT NULL AND (c.kind <> 'HOLD' OR c.catalog_version = v_catalog)
      ORDER BY c.request, c.ordinality
      ON CONFLICT (partner, request_id) DO NOTHING
      RETURNING request_id
  )
  SELECT array_agg(request_id) INTO v_claimed FROM claimed;

  SELECT array_agg((c.reservation ->> 'reservation_id')::uuid) INTO v_ids
    FROM unnest(v_writes) c WHERE c.kind = 'CHANGE' AND c.reservation IS NOT NULL;
  IF v_ids IS NOT NULL THEN
    PERFORM 1 FROM reservation WHERE reservation_id = ANY (v_ids) ORDER BY reservation_id FOR UPDATE;
  END IF;
  SELECT array_agg((c.saga ->> 'reservation_id')::uuid) INTO v_ids
    FROM unnest(v_writes) c WHERE c.kind = 'CHANGE' AND c.saga_version > 0;
  IF v_ids IS NOT NULL THEN
    PERFORM 1 FROM saga WHERE reservation_id = ANY (v_ids) ORDER BY reservation_id FOR UPDATE;
  END IF;
  PERFORM 1 FROM inventory i
    JOIN (SELECT DISTINCT room_type_id, night FROM nights_of(v_writes)) n
      ON n.room_type_id = i.room_type_id AND n.night = i.night
    WHERE i.partner = p_partner AND i.property_id = p_property
    ORDER BY i.room_type_id, i.night FOR UPDATE OF i;

  FOREACH w IN ARRAY v_writes LOOP
    v_result := NULL;
    IF w.kind = 'HOLD' AND w.catalog_version <> v_catalog THEN
      v_result.outcome := 'STALE';
    ELSIF w.request IS NOT NULL THEN
      IF w.request = ANY (v_claimed) THEN
        -- A twin further back is not the one that claimed.
        v_claimed := array_remove(v_claimed, w.request);
      ELSE
        v_result := claim_request(p_partner, w.request, w.method, w.fingerprint, w.answer, w.refusal, w.guest,
          p_property);
      END IF;
    END IF;
    IF v_result.outcome IS NULL AND w.refusal IS NOT NULL AND w.request IS NOT NULL THEN
      v_result.outcome := 'REFUSED';
      v_result.refusal := w.refusal;
    END IF;
    IF v_result.outcome IS NULL AND w.kind = 'HOLD' THEN
      r := jsonb_populate_record(NULL::reservation, w.reservation);
      v_result := hold_claimed(r, w.request, w.hold_seconds, w.data_key, w.sealed, w.event, w.event_type, w.saga,
        w.lease_seconds);
    ELSIF v_result.outcome IS NULL THEN
      v_result := change_claimed(p_partner, w.request, w.answer, w.refusal, w.version, w.reservation, w.hold_seconds,
        w.from_night, w.sold, w.held, w.cause, w.event, w.event_type, w.saga_version, w.saga, w.wait_seconds,
        w.lease_seconds, w.answered, true);
    END IF;
    RETURN NEXT v_result;
  END LOOP;
END $$;
