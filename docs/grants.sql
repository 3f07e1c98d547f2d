-- What the service's role may do. As the owner of the tables, after every migrate:
--   psql postgres://qy_owner:…@127.0.0.1:5432/qy -v ON_ERROR_STOP=1 -f docs/grants.sql
-- tests/house/test_grants.py does all that is refused here as this role.
revoke create on schema public from public;
grant usage on schema public to qy_app;
grant select, insert, update, delete on all tables in schema public to qy_app;
grant usage, select on all sequences in schema public to qy_app;

-- the trail, its records and seals, the logs and what was judged are only ever added to
revoke update, delete, truncate on
  casework_event, organizations_rowrecord, organizations_chainseal,
  organizations_accountevent, django_admin_log, axes_accesslog, axes_accessfailurelog,
  rectification_evidenceverdict
  from qy_app;
grant update (logout_time) on axes_accesslog to qy_app;
-- kept for some time and then removed by the night, never changed
revoke update, truncate on organizations_accessentry, organizations_pastpassword from qy_app;
-- keys are changed by the owner (seal_trail), and only he migrates
revoke insert on organizations_chainseal from qy_app;
revoke insert, update, delete on django_migrations from qy_app;
