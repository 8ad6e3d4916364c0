-- Writes of one property that were waiting at the same time are made by one statement and one commit, each with its own result. What
-- one write does stands in functions that the single and the gathered form share; only how they come to their locks differs.

-- Locks the nights of a stay from a day on, in the one order.
CREATE FUNCTION lock_nights(r reservation, p_from date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM inventory i
    WHERE i.partner = r.partner AND i.property_id = r.property_id AND i.room_type_id = ANY (r.room_types)
      AND i.night >= p_from AND i.night < r.check_out
    ORDER BY i.room_type_id, i.night FOR UPDATE;
END $$;

-- Moves the counts of nights that are locked, with a ledger row for each.
CREATE FUNCTION move_locked_inventory(
  r reservation, p_from date, p_sold integer, p_held integer, p_cause text, p_time timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH moved AS (
    UPDATE inventory i SET
        sold = i.sold + p_sold * r.room_counts[array_position(r.room_types, i.room_type_id)],
        held = i.held + p_held * r.room_counts[array_position(r.room_types, i.room_type_id)]
      WHERE i.partner = r.partner AND i.property_id = r.property_id AND i.room_type_id = ANY (r.room_types)
        AND i.night >= p_from AND i.night < r.check_out
      RETURNING i.room_type_id, i.night, i.capacity, i.sold, i.held,
        r.room_counts[array_position(r.room_types, i.room_type_id)] AS rooms
  )
  INSERT INTO inventory_change (partner, property_id, room_type_id, night, change_time, cause, reservation_id,
      sold_delta, held_delta, capacity, sold, held)
    SELECT r.partner, r.property_id, m.room_type_id, m.night, p_time, p_cause, r.reservation_id,
      p_sold * m.rooms, p_held * m.rooms, m.capacity, m.sold, m.held
    FROM moved m;
END $$;

-- The first of the locked nights that does not take the stay, as a refusal; null where all of them do.
CREATE FUNCTION refusal_of_locked_nights(r reservation) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v record;
  v_nights integer := r.check_out - r.check_in;
  v_seen integer := 0;
  v_reason text;
  v_extra jsonb := '{}';
BEGIN
  FOR v IN
    SELECT i.room_type_id, i.night, i.capacity + i.overbooking_allowance - i.sold - i.held AS free, i.stop_sell,
        i.closed_to_arrival, i.min_stay_nights, i.max_stay_nights,
        r.room_counts[array_position(r.room_types, i.room_type_id)] AS rooms
      FROM inventory i
      WHERE i.partner = r.partner AND i.property_id = r.property_id AND i.room_type_id = ANY (r.room_types)
        AND i.night >= r.check_in AND i.night < r.check_out
      ORDER BY i.room_type_id, i.night
  LOOP
    v_seen := v_seen + 1;
    IF v.stop_sell THEN
      v_reason := 'STOP_SELL';
    ELSIF v.night = r.check_in AND v.closed_to_arrival THEN
      v_reason := 'CLOSED_TO_ARRIVAL';
    ELSIF v.night = r.check_in AND v_nights < v.min_stay_nights THEN
      v_reason := 'MIN_STAY_NOT_MET';
      v_extra := jsonb_build_object('minStayNights', v.min_stay_nights::text);
    ELSIF v.night = r.check_in AND v.max_stay_nights > 0 AND v_nights > v.max_stay_nights THEN
      v_reason := 'MAX_STAY_EXCEEDED';
      v_extra := jsonb_build_object('maxStayNights', v.max_stay_nights::text);
    ELSIF v.free < v.rooms THEN
      v_reason := 'ROOM_SOLD_OUT';
    END IF;
    IF v_reason IS NOT NULL THEN
      RETURN jsonb_build_object('reason', v_reason, 'facts', v_extra || jsonb_build_object(
        'roomType', 'properties/' || r.property_id || '/roomTypes/' || v.room_type_id, 'night', v.night::text));
    END IF;
  END LOOP;
  IF v_seen < v_nights * cardinality(r.room_types) THEN
    SELECT w.room_type_id, n.night INTO v
      FROM unnest(r.room_types) AS w (room_type_id),
        LATERAL (SELECT r.check_in + g AS night FROM generate_series(0, v_nights - 1) g) n
      WHERE NOT EXISTS (SELECT FROM inventory i WHERE i.partner = r.partner AND i.property_id = r.property_id
        AND i.room_type_id = w.room_type_id AND i.night = n.night)
      ORDER BY 1, 2 LIMIT 1;
    RETURN jsonb_build_object('reason', 'ROOM_SOLD_OUT', 'facts', jsonb_build_object(
      'roomType', 'properties/' || r.property_id || '/roomTypes/' || v.room_type_id, 'night', v.night::text));
  END IF;
  SELECT i.room_type_id INTO v_reason FROM inventory i
    WHERE i.partner = r.partner AND i.property_id = r.property_id AND i.room_type_id = ANY (r.room_types)
      AND i.night = r.check_out AND i.closed_to_departure
    LIMIT 1;
  IF v_reason IS NOT NULL THEN
    RETURN jsonb_build_object('reason', 'CLOSED_TO_DEPARTURE', 'facts', jsonb_build_object(
      'roomType', 'properties/' || r.property_id || '/roomTypes/' || v_reason, 'night', r.check_out::text));
  END IF;
  RETURN NULL;
END $$;

-- Makes a reservation whose request is claimed and whose nights are locked.
CREATE FUNCTION hold_claimed(
  r reservation, p_request uuid, p_hold_seconds double precision, p_data_key bytea, p_sealed bytea,
  p_event uuid, p_event_type text, p_saga jsonb, p_lease_seconds double precision
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
  v_refusal jsonb;
  s saga;
BEGIN
  v_refusal := refusal_of_locked_nights(r);
  IF v_refusal IS NOT NULL THEN
    UPDATE idempotency SET answer = NULL, refusal = v_refusal, guest_id = NULL
      WHERE partner = r.partner AND request_id = p_request;
    v_result.outcome := 'REFUSED';
    v_result.refusal := v_refusal;
    RETURN v_result;
  END IF;

  IF r.state = 'HELD' THEN
    r.hold_lapses_at := clock_timestamp() + make_interval(secs => p_hold_seconds);
    PERFORM move_locked_inventory(r, r.check_in, 0, 1, 'HOLD', r.create_time);
  ELSE
    PERFORM move_locked_inventory(r, r.check_in, 1, 0, 'CONFIRM', r.create_time);
  END IF;
  INSERT INTO guest (guest_id, partner, property_id, data_key, sealed, create_time)
    VALUES (r.guest_id, r.partner, r.property_id, p_data_key, p_sealed, r.create_time);
  INSERT INTO reservation VALUES (r.*);
  INSERT INTO outbox (event_id, partner, property_id, type, reservation_id, sequence, state, event_time, external_reference,
      first_night, end_night)
    VALUES (p_event, r.partner, r.property_id, p_event_type, r.reservation_id, r.event_sequence, r.state, r.update_time,
      r.external_reference, r.check_in, r.check_out + 1);
  IF p_saga IS NOT NULL THEN
    s := jsonb_populate_record(NULL::saga, p_saga);
    s.next_run_at := clock_timestamp();
    s.lease_until := clock_timestamp() + make_interval(secs => p_lease_seconds);
    INSERT INTO saga VALUES (s.*);
  END IF;
  v_result.outcome := 'DONE';
  RETURN v_result;
END $$;

-- Changes a reservation after the claim of its request. p_locked: its nights are locked already.
CREATE FUNCTION change_claimed(
  p_partner text, p_request uuid, p_answer bytea, p_refusal jsonb,
  p_version integer, p_reservation jsonb, p_hold_seconds double precision,
  p_from date, p_sold integer, p_held integer, p_cause text,
  p_event uuid, p_event_type text,
  p_saga_version bigint, p_saga jsonb, p_wait_seconds double precision, p_lease_seconds double precision,
  p_answered uuid, p_locked boolean
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
  v_version bigint;
  v_id uuid;
  r reservation;
  s saga;
BEGIN
  v_id := coalesce((p_reservation ->> 'reservation_id')::uuid, (p_saga ->> 'reservation_id')::uuid);
  IF p_reservation IS NOT NULL THEN
    SELECT version INTO v_version FROM reservation WHERE reservation_id = v_id FOR UPDATE;
    IF v_version IS DISTINCT FROM p_version THEN
      DELETE FROM idempotency WHERE partner = p_partner AND request_id = p_request;
      v_result.outcome := 'CONFLICT';
      RETURN v_result;
    END IF;
  END IF;
  IF p_saga IS NOT NULL THEN
    SELECT version INTO v_version FROM saga WHERE reservation_id = v_id FOR UPDATE;
    IF coalesce(v_version, 0) <> p_saga_version THEN
      DELETE FROM idempotency WHERE partner = p_partner AND request_id = p_request;
      v_result.outcome := 'CONFLICT';
      RETURN v_result;
    END IF;
  END IF;

  IF p_reservation IS NOT NULL THEN
    r := jsonb_populate_record(NULL::reservation, p_reservation);
    IF p_hold_seconds IS NOT NULL THEN
      r.hold_lapses_at := clock_timestamp() + make_interval(secs => p_hold_seconds);
    END IF;
    IF p_cause IS NOT NULL THEN
      IF NOT p_locked THEN
        PERFORM lock_nights(r, p_from);
      END IF;
      PERFORM move_locked_inventory(r, p_from, p_sold, p_held, p_cause, r.update_time);
    END IF;
    UPDATE reservation SET
        state = r.state, version = r.version, event_sequence = r.event_sequence, hold_expire_time = r.hold_expire_time,
        hold_lapses_at = r.hold_lapses_at, payment = r.payment, payment_state = r.payment_state,
        payment_open = r.payment_open, next_action_url = r.next_action_url, penalty = r.penalty,
        given_back_from = r.given_back_from, update_time = r.update_time, confirm_time = r.confirm_time,
        cancel_time = r.cancel_time, check_in_time = r.check_in_time, check_out_time = r.check_out_time
      WHERE reservation_id = v_id;
    IF p_event IS NOT NULL THEN
      INSERT INTO outbox (event_id, partner, property_id, type, reservation_id, sequence, state, event_time, external_reference,
          first_night, end_night)
        VALUES (p_event, r.partner, r.property_id, p_event_type, r.reservation_id, r.event_sequence, r.state, r.update_time,
          r.external_reference, r.check_in, r.check_out + 1);
    END IF;
  END IF;
  IF p_saga IS NOT NULL THEN
    s := jsonb_populate_record(NULL::saga, p_saga);
    s.next_run_at := clock_timestamp() + make_interval(secs => p_wait_seconds);
    s.lease_until := clock_timestamp() + make_interval(secs => p_lease_seconds);
    IF p_saga_version = 0 THEN
      INSERT INTO saga VALUES (s.*);
    ELSE
      UPDATE saga SET
          phase = s.phase, state = s.state, version = s.version, lease_owner = s.lease_owner, lease_until = s.lease_until,
          next_run_at = s.next_run_at, attempts = s.attempts, attempt_key = s.attempt_key, sealed_token = s.sealed_token,
          amount = s.amount, target = s.target, on_decline = s.on_decline, request_id = s.request_id, payment = s.payment,
          operation = s.operation, steps = s.steps, stated_now = s.stated_now
        WHERE reservation_id = v_id;
    END IF;
  END IF;
  IF p_answered IS NOT NULL THEN
    UPDATE idempotency SET answer = p_answer, refusal = p_refusal
      WHERE partner = p_partner AND request_id = p_answered AND answer IS NULL AND refusal IS NULL;
  END IF;
  v_result.outcome := 'DONE';
  RETURN v_result;
END $$;

-- As before, with the nights locked once.
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
    INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id)
      VALUES (p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, r.guest_id)
      ON CONFLICT (partner, request_id) DO NOTHING;
    IF NOT FOUND THEN
      RETURN claim_request(p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, r.guest_id);
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

-- As before.
CREATE OR REPLACE FUNCTION change_reservation(
  p_partner text, p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb, p_guest uuid,
  p_version integer, p_reservation jsonb, p_hold_seconds double precision,
  p_from date, p_sold integer, p_held integer, p_cause text,
  p_event uuid, p_event_type text,
  p_saga_version bigint, p_saga jsonb, p_wait_seconds double precision, p_lease_seconds double precision,
  p_answered uuid
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
BEGIN
  IF p_request IS NOT NULL THEN
    v_result := claim_request(p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, p_guest);
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

-- One of the gathered writes: a hold or a change, with what hold_rooms and change_reservation are given.
CREATE TYPE gathered_write AS (
  kind text,
  catalog_version bigint,
  request uuid,
  method text,
  fingerprint bytea,
  answer bytea,
  refusal jsonb,
  guest uuid,
  version integer,
  reservation jsonb,
  hold_seconds double precision,
  data_key bytea,
  sealed bytea,
  from_night date,
  sold integer,
  held integer,
  cause text,
  event uuid,
  event_type text,
  saga_version bigint,
  saga jsonb,
  wait_seconds double precision,
  lease_seconds double precision,
  answered uuid
);

-- The nights whose counts the writes may move. A function of its own, since what it estimates decides how they are found.
CREATE FUNCTION nights_of(p_writes gathered_write[]) RETURNS TABLE (room_type_id text, night date)
LANGUAGE plpgsql STABLE ROWS 50 AS $$
BEGIN
  RETURN QUERY SELECT t.room_type_id, c.from_night + g.day
    FROM unnest(p_writes) c,
      LATERAL jsonb_array_elements_text(c.reservation -> 'room_types') AS t (room_type_id),
      LATERAL generate_series(0, (c.reservation ->> 'check_out')::date - c.from_night - 1) AS g (day)
    WHERE c.from_night IS NOT NULL;
END $$;

-- Makes writes of one property in the order in which they came, each as if it were alone. Everything that more than one transaction
-- may want is taken first and in one order: claims, reservations, sagas, nights. A lock that does not come soon fails them all, and
-- the caller makes each of them alone.
CREATE FUNCTION write_gathered(p_partner text, p_property text, p_writes jsonb)
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
    INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id)
      SELECT p_partner, c.request, c.method, c.fingerprint, c.answer, c.refusal, c.guest
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
        v_result := claim_request(p_partner, w.request, w.method, w.fingerprint, w.answer, w.refusal, w.guest);
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

-- Nothing calls these any more.
DROP FUNCTION refusal_of_nights(reservation);
DROP FUNCTION move_inventory(reservation, date, integer, integer, text, timestamptz);
