# PostgreSQL's server from Debian; the tests start clusters of their own and leave the system's alone.
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || debian postgresql
