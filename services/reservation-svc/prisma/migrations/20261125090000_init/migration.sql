-- The catalogue. Its version counts every change of the property, its room types and its rate plans, so that a process may keep what
-- it has read and still never sell what was taken off sale.
CREATE TABLE property (
  partner text NOT NULL,
  property_id text NOT NULL,
  display_name text NOT NULL,
  time_zone text NOT NULL,
  currency_code text NOT NULL,
  latitude double precision,
  longitude double precision,
  check_in_time text NOT NULL,
  check_out_time text NOT NULL,
  address_lines text[] NOT NULL,
  contact_email text NOT NULL,
  contact_phone text NOT NULL,
  tax_rules jsonb NOT NULL,
  archived boolean NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  version integer NOT NULL,
  catalog_version bigint NOT NULL,
  CONSTRAINT property_pkey PRIMARY KEY (partner, property_id),
  CONSTRAINT property_place CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX property_place_idx ON property (partner, latitude) WHERE latitude IS NOT NULL;

CREATE TABLE room_type (
  partner text NOT NULL,
  property_id text NOT NULL,
  room_type_id text NOT NULL,
  display_name text NOT NULL,
  description text NOT NULL,
  max_adults integer NOT NULL,
  max_guests integer NOT NULL,
  archived boolean NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT room_type_pkey PRIMARY KEY (partner, property_id, room_type_id),
  CONSTRAINT room_type_property_fkey FOREIGN KEY (partner, property_id) REFERENCES property (partner, property_id)
);

CREATE TABLE rate_plan (
  partner text NOT NULL,
  property_id text NOT NULL,
  rate_plan_id text NOT NULL,
  display_name text NOT NULL,
  meal_plan text NOT NULL,
  tiers jsonb,
  capture_timing text NOT NULL,
  archived boolean NOT NULL,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT rate_plan_pkey PRIMARY KEY (partner, property_id, rate_plan_id),
  CONSTRAINT rate_plan_property_fkey FOREIGN KEY (partner, property_id) REFERENCES property (partner, property_id)
);

-- One row for each room type and night. The last check is the last word on overselling, whatever the statements before it believed.
CREATE TABLE inventory (
  partner text NOT NULL,
  property_id text NOT NULL,
  room_type_id text NOT NULL,
  night date NOT NULL,
  capacity integer NOT NULL DEFAULT 0,
  overbooking_allowance integer NOT NULL DEFAULT 0,
  sold integer NOT NULL DEFAULT 0,
  held integer NOT NULL DEFAULT 0,
  stop_sell boolean NOT NULL DEFAULT false,
  closed_to_arrival boolean NOT NULL DEFAULT false,
  closed_to_departure boolean NOT NULL DEFAULT false,
  min_stay_nights integer NOT NULL DEFAULT 0,
  max_stay_nights integer NOT NULL DEFAULT 0,
  CONSTRAINT inventory_pkey PRIMARY KEY (partner, property_id, room_type_id, night),
  CONSTRAINT inventory_room_type_fkey FOREIGN KEY (partner, property_id, room_type_id)
    REFERENCES room_type (partner, property_id, room_type_id),
  CONSTRAINT inventory_not_negative CHECK (capacity >= 0 AND overbooking_allowance >= 0 AND sold >= 0 AND held >= 0),
  CONSTRAINT inventory_never_oversold CHECK (sold + held <= capacity + overbooking_allowance)
) WITH (fillfactor = 70);
CREATE INDEX inventory_night_idx ON inventory (partner, property_id, night, room_type_id);

CREATE TABLE rate (
  partner text NOT NULL,
  property_id text NOT NULL,
  room_type_id text NOT NULL,
  rate_plan_id text NOT NULL,
  night date NOT NULL,
  minor_units bigint NOT NULL,
  CONSTRAINT rate_pkey PRIMARY KEY (partner, property_id, room_type_id, rate_plan_id, night),
  CONSTRAINT rate_room_type_fkey FOREIGN KEY (partner, property_id, room_type_id)
    REFERENCES room_type (partner, property_id, room_type_id),
  CONSTRAINT rate_rate_plan_fkey FOREIGN KEY (partner, property_id, rate_plan_id)
    REFERENCES rate_plan (partner, property_id, rate_plan_id),
  CONSTRAINT rate_not_negative CHECK (minor_units >= 0)
);
CREATE INDEX rate_night_idx ON rate (partner, property_id, night);

-- Why a night is as full as it is. Never edited.
CREATE TABLE inventory_change (
  change_id bigint GENERATED ALWAYS AS IDENTITY,
  partner text NOT NULL,
  property_id text NOT NULL,
  room_type_id text NOT NULL,
  night date NOT NULL,
  change_time timestamptz NOT NULL,
  cause text NOT NULL,
  reservation_id uuid,
  sold_delta integer NOT NULL,
  held_delta integer NOT NULL,
  capacity integer NOT NULL,
  sold integer NOT NULL,
  held integer NOT NULL,
  CONSTRAINT inventory_change_pkey PRIMARY KEY (change_id)
);
CREATE INDEX inventory_change_night_idx ON inventory_change (partner, property_id, room_type_id, night, change_id);

CREATE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the inventory ledger is never edited';
END $$;
CREATE TRIGGER inventory_change_is_never_edited BEFORE UPDATE OR DELETE ON inventory_change
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

-- A guest's own data, sealed with the guest's own key: without the key nothing of it can be read anywhere.
CREATE TABLE guest (
  guest_id uuid NOT NULL,
  partner text NOT NULL,
  property_id text NOT NULL,
  data_key bytea,
  sealed bytea NOT NULL,
  create_time timestamptz NOT NULL,
  CONSTRAINT guest_pkey PRIMARY KEY (guest_id)
);

CREATE TABLE reservation (
  reservation_id uuid NOT NULL,
  partner text NOT NULL,
  property_id text NOT NULL,
  state text NOT NULL,
  version integer NOT NULL,
  event_sequence integer NOT NULL,
  check_in date NOT NULL,
  check_out date NOT NULL,
  -- The distinct room types in their order, and how many rooms of each: what moves the inventory.
  room_types text[] NOT NULL,
  room_counts integer[] NOT NULL,
  rooms jsonb NOT NULL,
  currency_code text NOT NULL,
  total bigint NOT NULL,
  room_total bigint NOT NULL,
  taxes jsonb NOT NULL,
  tiers jsonb,
  capture_timing text NOT NULL,
  guest_id uuid NOT NULL,
  external_reference text NOT NULL,
  hold_expire_time timestamptz,
  -- By the wall clock, whatever time the caller stated.
  hold_lapses_at timestamptz,
  payment text NOT NULL,
  payment_state text NOT NULL,
  payment_open boolean NOT NULL,
  next_action_url text NOT NULL,
  penalty bigint,
  given_back_from date,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  confirm_time timestamptz,
  cancel_time timestamptz,
  check_in_time timestamptz,
  check_out_time timestamptz,
  CONSTRAINT reservation_pkey PRIMARY KEY (reservation_id),
  CONSTRAINT reservation_state CHECK (state IN
    ('HELD', 'CONFIRMED', 'CHECKED_IN', 'CHECKED_OUT', 'CANCELLED', 'NO_SHOW', 'EXPIRED', 'RELEASED')),
  CONSTRAINT reservation_nights CHECK (check_in < check_out),
  CONSTRAINT reservation_held CHECK ((state = 'HELD') = (hold_lapses_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX reservation_newest_idx ON reservation (partner, property_id, create_time DESC, reservation_id DESC);
CREATE INDEX reservation_check_in_idx ON reservation (partner, property_id, check_in, reservation_id);
CREATE INDEX reservation_reference_idx ON reservation (partner, property_id, external_reference)
  WHERE external_reference <> '';
CREATE INDEX reservation_lapse_idx ON reservation (hold_lapses_at) WHERE hold_lapses_at IS NOT NULL;

-- Requests and their answers. Neither an answer nor a refusal: the first one is still at work.
CREATE TABLE idempotency (
  partner text NOT NULL,
  request_id uuid NOT NULL,
  method text NOT NULL,
  fingerprint bytea NOT NULL,
  answer bytea,
  refusal jsonb,
  -- Whose sealed data belongs into the answer.
  guest_id uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT idempotency_pkey PRIMARY KEY (partner, request_id)
) WITH (fillfactor = 80);
CREATE INDEX idempotency_age_idx ON idempotency USING brin (created_at);

-- The money of a reservation on its way: one row, driven by whoever holds the lease, and every write of a holder names the version.
CREATE TABLE saga (
  reservation_id uuid NOT NULL,
  partner text NOT NULL,
  property_id text NOT NULL,
  phase text NOT NULL,
  state text NOT NULL,
  version bigint NOT NULL,
  lease_owner text,
  lease_until timestamptz,
  next_run_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  attempt_key uuid NOT NULL,
  -- Sealed with the guest's key, and gone as soon as the authorization is definitive.
  sealed_token bytea,
  amount bigint NOT NULL,
  -- What the property is to have in the end.
  target bigint NOT NULL,
  on_decline text NOT NULL,
  -- The request that waits for an answer.
  request_id uuid,
  payment text NOT NULL,
  operation jsonb,
  steps jsonb NOT NULL,
  stated_now timestamptz,
  CONSTRAINT saga_pkey PRIMARY KEY (reservation_id),
  CONSTRAINT saga_phase CHECK (phase IN ('AUTHORIZE', 'SETTLE', 'END')),
  CONSTRAINT saga_state CHECK (state IN ('RUNNING', 'DONE', 'COMPENSATED'))
) WITH (fillfactor = 60);
CREATE INDEX saga_due_idx ON saga (next_run_at) WHERE state = 'RUNNING';

-- What happened, written with the change itself. The relay gives each row its position after the commit, so that whoever reads by
-- position never passes a row that was still being written.
CREATE TABLE outbox (
  outbox_id bigint GENERATED ALWAYS AS IDENTITY,
  event_id uuid NOT NULL,
  position bigint,
  partner text NOT NULL,
  property_id text NOT NULL,
  type text NOT NULL,
  reservation_id uuid,
  sequence integer,
  state text,
  event_time timestamptz NOT NULL,
  external_reference text,
  first_night date,
  end_night date,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT outbox_pkey PRIMARY KEY (outbox_id)
) WITH (fillfactor = 80);
CREATE INDEX outbox_new_idx ON outbox (outbox_id) WHERE position IS NULL;
CREATE UNIQUE INDEX outbox_position_idx ON outbox (position) WHERE position IS NOT NULL;
CREATE INDEX outbox_feed_idx ON outbox (partner, property_id, position) WHERE position IS NOT NULL AND reservation_id IS NOT NULL;
CREATE INDEX outbox_age_idx ON outbox USING brin (created_at);

-- The epoch tells this store's positions from those of another one.
CREATE TABLE feed (
  "only" boolean NOT NULL DEFAULT true,
  epoch text NOT NULL,
  head bigint NOT NULL,
  floor bigint NOT NULL,
  CONSTRAINT feed_pkey PRIMARY KEY ("only"),
  CONSTRAINT feed_is_one CHECK ("only")
);
INSERT INTO feed (epoch, head, floor) VALUES (substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), 0, 0);

-- Gives new events their positions; the row lock of the feed lets one relay in at a time.
CREATE FUNCTION relay_events(p_limit integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_head bigint;
  v_count bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM outbox WHERE position IS NULL) THEN
    RETURN 0;
  END IF;
  SELECT head INTO v_head FROM feed FOR UPDATE SKIP LOCKED;
  IF v_head IS NULL THEN
    RETURN 0;
  END IF;
  WITH fresh AS (SELECT outbox_id FROM outbox WHERE position IS NULL ORDER BY outbox_id LIMIT p_limit),
    numbered AS (SELECT outbox_id, row_number() OVER (ORDER BY outbox_id) AS place FROM fresh)
  UPDATE outbox o SET position = v_head + n.place FROM numbered n WHERE o.outbox_id = n.outbox_id;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  UPDATE feed SET head = v_head + v_count;
  RETURN v_count;
END $$;

-- What every write function answers: DONE, REFUSED, REPLAY, STALE (the catalogue has changed) or CONFLICT (the row has changed).
CREATE TYPE write_result AS (
  outcome text,
  method text,
  fingerprint bytea,
  answer bytea,
  refusal jsonb,
  data_key bytea,
  sealed bytea
);

-- Claims a request, or tells what became of its twin. The insert waits for a twin that is being written at this moment.
CREATE FUNCTION claim_request(
  p_partner text, p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb, p_guest uuid
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
BEGIN
  INSERT INTO idempotency (partner, request_id, method, fingerprint, answer, refusal, guest_id)
    VALUES (p_partner, p_request, p_method, p_fingerprint, p_answer, p_refusal, p_guest)
    ON CONFLICT (partner, request_id) DO NOTHING;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  SELECT 'REPLAY', i.method, i.fingerprint, i.answer, i.refusal, g.data_key, g.sealed INTO v_result
    FROM idempotency i LEFT JOIN guest g ON g.guest_id = i.guest_id
    WHERE i.partner = p_partner AND i.request_id = p_request;
  RETURN v_result;
END $$;

-- Moves the counts of a reservation's nights, with a ledger row for each. The rows are locked in one order before any is changed.
CREATE FUNCTION move_inventory(
  r reservation, p_from date, p_sold integer, p_held integer, p_cause text, p_time timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM inventory i
    WHERE i.partner = r.partner AND i.property_id = r.property_id AND i.room_type_id = ANY (r.room_types)
      AND i.night >= p_from AND i.night < r.check_out
    ORDER BY i.room_type_id, i.night FOR UPDATE;
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

-- The first night that does not take the stay, as a refusal; null where all of them do. Locks the nights in one order.
CREATE FUNCTION refusal_of_nights(r reservation) RETURNS jsonb LANGUAGE plpgsql AS $$
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
      FOR UPDATE
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

-- Makes a reservation in one round trip: claims the request, takes the rooms of every night or says why not, and writes the
-- reservation, the ledger, the event and the answer. It begins HELD, or CONFIRMED where there is nothing to pay.
CREATE FUNCTION hold_rooms(
  p_partner text, p_property text, p_catalog_version bigint,
  p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb,
  p_reservation jsonb, p_hold_seconds double precision, p_data_key bytea, p_sealed bytea,
  p_event uuid, p_event_type text, p_saga jsonb, p_lease_seconds double precision
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
  v_refusal jsonb;
  r reservation;
  s saga;
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

  v_refusal := refusal_of_nights(r);
  IF v_refusal IS NOT NULL THEN
    UPDATE idempotency SET answer = NULL, refusal = v_refusal, guest_id = NULL
      WHERE partner = p_partner AND request_id = p_request;
    v_result.outcome := 'REFUSED';
    v_result.refusal := v_refusal;
    RETURN v_result;
  END IF;

  IF r.state = 'HELD' THEN
    r.hold_lapses_at := clock_timestamp() + make_interval(secs => p_hold_seconds);
    PERFORM move_inventory(r, r.check_in, 0, 1, 'HOLD', r.create_time);
  ELSE
    PERFORM move_inventory(r, r.check_in, 1, 0, 'CONFIRM', r.create_time);
  END IF;
  INSERT INTO guest (guest_id, partner, property_id, data_key, sealed, create_time)
    VALUES (r.guest_id, p_partner, p_property, p_data_key, p_sealed, r.create_time);
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

-- Changes a reservation that is still as it was read, together with its counts, its saga and the answer to a request. What is null
-- stays as it is. p_wait_seconds says when the saga is due next, and p_lease_seconds for how long its owner has it.
CREATE FUNCTION change_reservation(
  p_partner text, p_request uuid, p_method text, p_fingerprint bytea, p_answer bytea, p_refusal jsonb, p_guest uuid,
  p_version integer, p_reservation jsonb, p_hold_seconds double precision,
  p_from date, p_sold integer, p_held integer, p_cause text,
  p_event uuid, p_event_type text,
  p_saga_version bigint, p_saga jsonb, p_wait_seconds double precision, p_lease_seconds double precision,
  p_answered uuid
) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
  v_result write_result;
  v_version bigint;
  v_id uuid;
  r reservation;
  s saga;
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
      PERFORM move_inventory(r, p_from, p_sold, p_held, p_cause, r.update_time);
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

-- Sets capacity and restrictions: all of the updates or none, later ones over earlier ones. Null with a refusal's facts in it.
CREATE FUNCTION update_inventory(p_partner text, p_property text, p_updates jsonb, p_time timestamptz, p_event uuid)
RETURNS TABLE (nights integer, room_type_id text, night date) LANGUAGE plpgsql AS $$
DECLARE
  v_nights integer;
  v_first date;
  v_end date;
  v_bad record;
BEGIN
  CREATE TEMPORARY TABLE IF NOT EXISTS wanted_inventory (
    room_type_id text, night date, capacity integer, overbooking_allowance integer, stop_sell boolean,
    closed_to_arrival boolean, closed_to_departure boolean, min_stay_nights integer, max_stay_nights integer
  ) ON COMMIT DELETE ROWS;
  TRUNCATE wanted_inventory;
  INSERT INTO wanted_inventory
    SELECT u.type, n.night,
      (array_agg(u.capacity ORDER BY u.place DESC) FILTER (WHERE u.capacity IS NOT NULL))[1],
      (array_agg(u.allowance ORDER BY u.place DESC) FILTER (WHERE u.allowance IS NOT NULL))[1],
      (array_agg(u.stop ORDER BY u.place DESC) FILTER (WHERE u.stop IS NOT NULL))[1],
      (array_agg(u.cta ORDER BY u.place DESC) FILTER (WHERE u.cta IS NOT NULL))[1],
      (array_agg(u.ctd ORDER BY u.place DESC) FILTER (WHERE u.ctd IS NOT NULL))[1],
      (array_agg(u.min ORDER BY u.place DESC) FILTER (WHERE u.min IS NOT NULL))[1],
      (array_agg(u.max ORDER BY u.place DESC) FILTER (WHERE u.max IS NOT NULL))[1]
    FROM ROWS FROM (jsonb_to_recordset(p_updates) AS (type text, first date, "end" date, days integer[], capacity integer,
        allowance integer, stop boolean, cta boolean, ctd boolean, min integer, max integer))
      WITH ORDINALITY AS u (type, first, "end", days, capacity, allowance, stop, cta, ctd, min, max, place)
    CROSS JOIN LATERAL (SELECT u.first + g AS night FROM generate_series(0, u."end" - u.first - 1) g) n
    WHERE u.days IS NULL OR extract(isodow FROM n.night)::integer = ANY (u.days)
    GROUP BY u.type, n.night;
  GET DIAGNOSTICS v_nights = ROW_COUNT;

  INSERT INTO inventory (partner, property_id, room_type_id, night)
    SELECT p_partner, p_property, w.room_type_id, w.night FROM wanted_inventory w ORDER BY w.room_type_id, w.night
    ON CONFLICT DO NOTHING;
  PERFORM 1 FROM inventory i JOIN wanted_inventory w USING (room_type_id, night)
    WHERE i.partner = p_partner AND i.property_id = p_property ORDER BY i.room_type_id, i.night FOR UPDATE OF i;
  SELECT i.room_type_id, i.night INTO v_bad
    FROM inventory i JOIN wanted_inventory w USING (room_type_id, night)
    WHERE i.partner = p_partner AND i.property_id = p_property
      AND i.sold + i.held > coalesce(w.capacity, i.capacity) + coalesce(w.overbooking_allowance, i.overbooking_allowance)
    ORDER BY i.night, i.room_type_id LIMIT 1;
  IF FOUND THEN
    RETURN QUERY SELECT NULL::integer, v_bad.room_type_id, v_bad.night;
    RETURN;
  END IF;
  WITH changed AS (
    UPDATE inventory i SET
        capacity = coalesce(w.capacity, i.capacity),
        overbooking_allowance = coalesce(w.overbooking_allowance, i.overbooking_allowance),
        stop_sell = coalesce(w.stop_sell, i.stop_sell),
        closed_to_arrival = coalesce(w.closed_to_arrival, i.closed_to_arrival),
        closed_to_departure = coalesce(w.closed_to_departure, i.closed_to_departure),
        min_stay_nights = coalesce(w.min_stay_nights, i.min_stay_nights),
        max_stay_nights = coalesce(w.max_stay_nights, i.max_stay_nights)
      FROM wanted_inventory w
      WHERE i.partner = p_partner AND i.property_id = p_property AND i.room_type_id = w.room_type_id AND i.night = w.night
      RETURNING i.room_type_id, i.night, i.capacity, i.sold, i.held
  )
  INSERT INTO inventory_change (partner, property_id, room_type_id, night, change_time, cause, sold_delta, held_delta,
      capacity, sold, held)
    SELECT p_partner, p_property, c.room_type_id, c.night, p_time, 'UPDATE', 0, 0, c.capacity, c.sold, c.held FROM changed c;
  SELECT min(w.night), max(w.night) + 1 INTO v_first, v_end FROM wanted_inventory w;
  INSERT INTO outbox (event_id, partner, property_id, type, event_time, first_night, end_night)
    VALUES (p_event, p_partner, p_property, 'inventory.updated', p_time, v_first, v_end);
  RETURN QUERY SELECT v_nights, NULL::text, NULL::date;
END $$;

-- Sets prices: all of the updates or none, later ones over earlier ones.
CREATE FUNCTION update_rates(p_partner text, p_property text, p_updates jsonb, p_time timestamptz, p_event uuid)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_nights integer;
  v_first date;
  v_end date;
BEGIN
  CREATE TEMPORARY TABLE IF NOT EXISTS wanted_rate (
    room_type_id text, rate_plan_id text, night date, minor_units bigint
  ) ON COMMIT DELETE ROWS;
  TRUNCATE wanted_rate;
  INSERT INTO wanted_rate
    SELECT DISTINCT ON (u.type, u.plan, n.night) u.type, u.plan, n.night, u.price
    FROM ROWS FROM (jsonb_to_recordset(p_updates) AS (type text, plan text, first date, "end" date, days integer[],
        price bigint))
      WITH ORDINALITY AS u (type, plan, first, "end", days, price, place)
    CROSS JOIN LATERAL (SELECT u.first + g AS night FROM generate_series(0, u."end" - u.first - 1) g) n
    WHERE u.days IS NULL OR extract(isodow FROM n.night)::integer = ANY (u.days)
    ORDER BY u.type, u.plan, n.night, u.place DESC;
  GET DIAGNOSTICS v_nights = ROW_COUNT;
  DELETE FROM rate r USING wanted_rate w
    WHERE r.partner = p_partner AND r.property_id = p_property AND r.room_type_id = w.room_type_id
      AND r.rate_plan_id = w.rate_plan_id AND r.night = w.night AND w.minor_units IS NULL;
  INSERT INTO rate (partner, property_id, room_type_id, rate_plan_id, night, minor_units)
    SELECT p_partner, p_property, w.room_type_id, w.rate_plan_id, w.night, w.minor_units
    FROM wanted_rate w WHERE w.minor_units IS NOT NULL ORDER BY w.room_type_id, w.rate_plan_id, w.night
    ON CONFLICT (partner, property_id, room_type_id, rate_plan_id, night) DO UPDATE SET minor_units = excluded.minor_units;
  SELECT min(w.night), max(w.night) + 1 INTO v_first, v_end FROM wanted_rate w;
  INSERT INTO outbox (event_id, partner, property_id, type, event_time, first_night, end_night)
    VALUES (p_event, p_partner, p_property, 'rates.updated', p_time, v_first, v_end);
  RETURN v_nights;
END $$;
