-- Payments ------------------------------------------------------------------------------------------------------------

create table payment (
  id uuid primary key,
  partner text not null,
  property text not null default '',
  reservation text not null default '',
  external_reference text not null default '',
  connector text not null,
  authorize_id uuid not null,
  bank_reference text not null default '',
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null check (state in
    ('PROCESSING', 'REQUIRES_ACTION', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'VOIDED', 'DECLINED', 'FAILED')),
  amount bigint not null check (amount > 0),
  authorized bigint not null default 0,
  captured bigint not null default 0,
  voided bigint not null default 0,
  refunded bigint not null default 0,
  capture_pending bigint not null default 0,
  refund_pending bigint not null default 0,
  open_operations integer not null default 0 check (open_operations >= 0),
  void_when_known boolean not null default false,
  decline_code text not null default '',
  next_action_url text not null default '',
  authorization_expires_at timestamptz(3),
  version bigint not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint payment_not_negative check
    (least(authorized, captured, voided, refunded, capture_pending, refund_pending) >= 0),
  constraint payment_authorized check (authorized <= amount),
  constraint payment_captured check (captured + capture_pending + voided <= authorized),
  constraint payment_refunded check (refunded + refund_pending <= captured)
);
create index payment_newest on payment (partner, id desc);
create index payment_of_reservation on payment (partner, reservation, id desc) where reservation <> '';

create table operation (
  id uuid primary key,
  payment_id uuid not null references payment,
  partner text not null,
  property text not null default '',
  request_id text not null default '',
  kind text not null check (kind in ('AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND')),
  status text not null check (status in
    ('INITIATED', 'SUCCEEDED', 'DECLINED', 'NOT_EXECUTED', 'PENDING', 'UNKNOWN')),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  bank_reference text not null default '',
  decline_code text not null default '',
  note text not null default '',
  -- The method token of an authorization, sealed; gone as soon as the authorization has ended.
  sealed_token bytea,
  sends integer not null check (sends >= 0),
  last_sent_at timestamptz(3),
  lease_until timestamptz(3),
  next_resolve_at timestamptz(3),
  asked_at timestamptz(3),
  asked integer not null default 0,
  created_at timestamptz(3) not null,
  started_at timestamptz(3) not null default clock_timestamp(),
  -- Whatever is open is looked after, and nothing else is.
  constraint operation_resolved check
    ((next_resolve_at is null) = (status in ('SUCCEEDED', 'DECLINED', 'NOT_EXECUTED'))),
  constraint operation_token check
    (sealed_token is null or (kind = 'AUTHORIZE' and status in ('INITIATED', 'PENDING', 'UNKNOWN')))
);
-- A second authorization beside one that lives, or may live, cannot be written.
create unique index operation_one_authorize on operation (payment_id)
  where kind = 'AUTHORIZE' and status in ('INITIATED', 'PENDING', 'UNKNOWN', 'SUCCEEDED');
create unique index operation_one_settlement on operation (payment_id)
  where kind in ('CAPTURE', 'VOID') and status in ('INITIATED', 'PENDING', 'UNKNOWN', 'SUCCEEDED');
create index operation_of_payment on operation (payment_id);
create index operation_due on operation (next_resolve_at) where next_resolve_at is not null;

create table operation_evidence (
  id bigint generated always as identity primary key,
  operation_id uuid not null references operation,
  from_status text not null,
  to_status text not null,
  evidence text not null check (evidence in
    ('SYNC_RESPONSE', 'STATUS_QUERY', 'WEBHOOK', 'REPLAY_SAME_KEY', 'SETTLEMENT_FILE', 'OPERATOR')),
  detail text not null default '',
  at timestamptz(3) not null default clock_timestamp()
);
create index operation_evidence_of_operation on operation_evidence (operation_id);

-- The transition table of src/domain/transitions.ts, a second time: what the code would let through, the database refuses.
create table allowed_transition (
  machine text not null,
  from_status text not null,
  to_status text not null,
  primary key (machine, from_status, to_status)
);
insert into allowed_transition
  select 'operation', 'INITIATED', s from unnest(array['SUCCEEDED', 'DECLINED', 'NOT_EXECUTED', 'PENDING', 'UNKNOWN']) s
  union all
  select 'operation', f, s from unnest(array['PENDING', 'UNKNOWN']) f, unnest(array['SUCCEEDED', 'DECLINED', 'NOT_EXECUTED']) s
  union all
  select 'operation', 'UNKNOWN', 'PENDING'
  union all
  select 'payment', f, s from unnest(array['PROCESSING', 'REQUIRES_ACTION']) f,
    unnest(array['AUTHORIZED', 'DECLINED', 'FAILED', 'VOIDED']) s
  union all
  select 'payment', 'PROCESSING', 'REQUIRES_ACTION'
  union all
  select 'payment', 'AUTHORIZED', s from unnest(array['CAPTURED', 'VOIDED']) s
  union all
  select 'payment', 'CAPTURED', 'REFUNDED';

create function check_operation_transition() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from allowed_transition
                 where machine = 'operation' and from_status = old.status and to_status = new.status) then
    raise exception 'operation %: % -> % is not allowed', old.id, old.status, new.status using errcode = '23514';
  end if;
  return new;
end $$;
create trigger operation_transition before update of status on operation
  for each row when (old.status is distinct from new.status) execute function check_operation_transition();

create function check_payment_transition() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from allowed_transition
                 where machine = 'payment' and from_status = old.state and to_status = new.state) then
    raise exception 'payment %: % -> % is not allowed', old.id, old.state, new.state using errcode = '23514';
  end if;
  return new;
end $$;
create trigger payment_transition before update of state on payment
  for each row when (old.state is distinct from new.state) execute function check_payment_transition();

-- Ledger --------------------------------------------------------------------------------------------------------------

create table account (
  partner text not null,
  code text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (partner, code, currency)
);

-- One row debits one account and credits another of the same partner and currency, so that no unbalanced entry can be written.
create table transfer (
  id uuid primary key,
  journal_id uuid not null,
  partner text not null,
  property text not null default '',
  debit_account text not null,
  credit_account text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  code text not null,
  payment_id uuid not null references payment,
  created_at timestamptz(3) not null,
  constraint transfer_two_accounts check (debit_account <> credit_account),
  constraint transfer_debit foreign key (partner, debit_account, currency) references account (partner, code, currency),
  constraint transfer_credit foreign key (partner, credit_account, currency) references account (partner, code, currency)
);
create index transfer_newest on transfer (partner, id desc);
create index transfer_of_payment on transfer (payment_id);

create function deny_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is denied', tg_table_name, tg_op using errcode = '23514';
end $$;
create trigger transfer_rows_stay before update or delete on transfer for each row execute function deny_change();
create trigger transfer_stays before truncate on transfer for each statement execute function deny_change();
create trigger evidence_rows_stay before update or delete on operation_evidence for each row execute function deny_change();
create trigger evidence_stays before truncate on operation_evidence for each statement execute function deny_change();
create trigger account_rows_stay before update or delete on account for each row execute function deny_change();

-- Requests and events -------------------------------------------------------------------------------------------------

create table idempotency (
  partner text not null,
  request_id text not null,
  method text not null,
  fingerprint bytea not null,
  payment_id uuid,
  operation_id uuid,
  -- Set once, with the effect; until then the request is under way.
  answer jsonb,
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null default clock_timestamp() + interval '30 days',
  primary key (partner, request_id)
);
create index idempotency_expired on idempotency (expires_at);

create table outbox (
  id bigint generated always as identity primary key,
  message_id uuid not null unique,
  payment_id uuid not null,
  sequence bigint not null,
  partner text not null,
  property text not null default '',
  topic text not null,
  payload jsonb not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  unique (payment_id, sequence)
);
create index outbox_old on outbox (created_at);

-- One change, wholly or not at all, in one round trip. Every check comes before the first write:
--   CONFLICT  the payment or the operation has changed since it was read
--   CLAIMED   the request id was taken before
--   OK        everything is written
create function commit_change(c jsonb) returns text language plpgsql as $$
begin
  if c ? 'expected' then
    perform 1 from payment
      where id = (c #>> '{payment,id}')::uuid and version = (c ->> 'expected')::bigint for no key update;
    if not found then return 'CONFLICT'; end if;
  end if;
  if c ? 'moved' then
    perform 1 from operation
      where id = (c #>> '{moved,id}')::uuid and status = c #>> '{moved,from_status}'
        and sends = (c #>> '{moved,sends}')::integer
      for no key update;
    if not found then return 'CONFLICT'; end if;
  end if;
  if c ? 'claim' then
    insert into idempotency (partner, request_id, method, fingerprint, payment_id, operation_id, answer)
      select r.partner, r.request_id, r.method, r.fingerprint, r.payment_id, r.operation_id, r.answer
      from jsonb_to_record(c -> 'claim') r(partner text, request_id text, method text, fingerprint bytea,
        payment_id uuid, operation_id uuid, answer jsonb)
      on conflict (partner, request_id) do nothing;
    if not found then return 'CLAIMED'; end if;
  end if;

  if c ? 'expected' then
    update payment p set bank_reference = n.bank_reference, state = n.state, authorized = n.authorized,
        captured = n.captured, voided = n.voided, refunded = n.refunded, capture_pending = n.capture_pending,
        refund_pending = n.refund_pending, open_operations = n.open_operations, void_when_known = n.void_when_known,
        decline_code = n.decline_code, next_action_url = n.next_action_url,
        authorization_expires_at = n.authorization_expires_at, version = n.version, updated_at = n.updated_at
      from jsonb_populate_record(null::payment, c -> 'payment') n
      where p.id = n.id;
  elsif c ? 'payment' then
    insert into payment select * from jsonb_populate_record(null::payment, c -> 'payment');
  end if;

  if c ? 'moved' then
    update operation o set status = m.status, bank_reference = m.bank_reference, decline_code = m.decline_code,
        lease_until = null, next_resolve_at = clock_timestamp() + m.due_ms * interval '1 millisecond',
        sealed_token = case when m.due_ms is null then null else o.sealed_token end
      from jsonb_to_record(c -> 'moved') m(id uuid, status text, bank_reference text, decline_code text, due_ms bigint)
      where o.id = m.id;
    insert into operation_evidence (operation_id, from_status, to_status, evidence, detail)
      select m.id, m.from_status, m.status, m.evidence, m.detail
      from jsonb_to_record(c -> 'moved') m(id uuid, from_status text, status text, evidence text, detail text)
      where m.from_status <> m.status;
    if c ? 'answer' then
      update idempotency i set answer = c -> 'answer' from operation o
        where o.id = (c #>> '{moved,id}')::uuid and i.partner = o.partner and i.request_id = o.request_id
          and i.operation_id = o.id and i.answer is null;
    elsif c ? 'release' then
      delete from idempotency i using operation o
        where o.id = (c #>> '{moved,id}')::uuid and i.partner = o.partner and i.request_id = o.request_id
          and i.operation_id = o.id and i.answer is null;
    end if;
  end if;

  if c ? 'opened' then
    insert into operation (id, payment_id, partner, property, request_id, kind, status, amount, currency, note,
        sealed_token, sends, last_sent_at, lease_until, next_resolve_at, created_at)
      select r.id, r.payment_id, r.partner, r.property, r.request_id, r.kind, 'INITIATED', r.amount, r.currency, r.note,
        r.sealed_token, r.sends, case when r.sends > 0 then clock_timestamp() end,
        clock_timestamp() + r.lease_ms * interval '1 millisecond',
        clock_timestamp() + coalesce(r.lease_ms, r.due_ms) * interval '1 millisecond', r.created_at
      from jsonb_to_record(c -> 'opened') r(id uuid, payment_id uuid, partner text, property text, request_id text,
        kind text, amount bigint, currency text, note text, sealed_token bytea, sends integer, lease_ms bigint,
        due_ms bigint, created_at timestamptz);
  end if;

  if c ? 'transfers' then
    insert into account (partner, code, currency)
      select r.partner, a.code, r.currency
      from jsonb_to_recordset(c -> 'transfers') r(partner text, debit_account text, credit_account text, currency text),
        lateral (values (r.debit_account), (r.credit_account)) a(code)
      group by 1, 2, 3 order by 1, 2, 3
      on conflict do nothing;
    insert into transfer select * from jsonb_populate_recordset(null::transfer, c -> 'transfers');
  end if;

  if c ? 'event' then
    insert into outbox (message_id, payment_id, sequence, partner, property, topic, payload)
      select r.message_id, r.payment_id, r.sequence, r.partner, r.property, r.topic, r.payload
      from jsonb_to_record(c -> 'event') r(message_id uuid, payment_id uuid, sequence bigint, partner text,
        property text, topic text, payload jsonb);
  end if;
  return 'OK';
end $$;
