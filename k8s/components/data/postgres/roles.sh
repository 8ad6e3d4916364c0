# Run once, by the first start of an empty PostgreSQL: no service can read another's tables.
create() {
  psql --set=ON_ERROR_STOP=1 --username=postgres --set=name="$1" --set=password="$2" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}

create reservation "$RESERVATION_PASSWORD"
create payment "$PAYMENT_PASSWORD"
create report "$REPORT_PASSWORD"
