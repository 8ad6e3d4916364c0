-- Requests that were taken in and whose answer is not kept yet, since it is not final: a void of an authorization whose outcome is open,
-- and a question to the bank that it has not answered. They claim nothing; whoever asks what became of them is told that they are under way.
create table open_request (
  partner text not null,
  request_id text not null,
  method text not null,
  fingerprint bytea not null,
  payment_id uuid not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (partner, request_id)
);
create index open_request_old on open_request (created_at);
