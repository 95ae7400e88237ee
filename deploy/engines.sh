#!/usr/bin/env bash
# RabbitMQ, PostgreSQL, Redis, the browser Chromium and two fonts on this machine, from Debian's packages (Debian 12
# or newer; Ubuntu 22.04 or newer, but for the browser): installs what is absent, starts what does not run, and gives you
# a role and a database `test` at PostgreSQL.
# What is there already is left as it is; running this again does no harm. Root or sudo is needed for what is missing.
set -euo pipefail
cd / # where every user of a command below may be

PATIENCE=120 # seconds for an engine to answer
AMQP_PORT=5672
LANGUAGE_KEPT=LC_ALL=C.UTF-8 # a cluster that is made in the language C cannot tell letters from bytes
NODE_CONFIG=/etc/rabbitmq/rabbitmq-env.conf
ME=$(id -un)

say() { printf 'engines: %s\n' "$*"; }
fail() { printf 'engines: %s\n' "$*" >&2; exit 1; }

# as_root WHY COMMAND…: runs it, or says what to ask an administrator for
as_root() {
    local why=$1; shift
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo "$@"
    else fail "$why needs root or sudo. Ask an administrator to run: $*"
    fi
}

# without systemd (a container), commands of the packages themselves start the engines
systemd() { [ -d /run/systemd/system ]; }

wait_for() {
    local what=$1 answers=$2 until=$((SECONDS + PATIENCE))
    while ! "$answers"; do
        [ "$SECONDS" -lt "$until" ] || fail "$what does not answer after $PATIENCE s; its log is in $3"
        sleep 0.5
    done
}

install_engines() {
    local missing=()
    [ -x /usr/sbin/rabbitmq-server ] || missing+=(rabbitmq-server)
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
    command -v redis-server >/dev/null || missing+=(redis-server) # tests start servers of their own
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "there is no ${missing[*]} here and no apt-get to install it with; install RabbitMQ 3.10+, PostgreSQL 15+ and Redis 6+"
    say "installing ${missing[*]}"
    as_root "running apt-get install ${missing[*]}" apt-get -qq update
    as_root "installing ${missing[*]}" env DEBIAN_FRONTEND=noninteractive $LANGUAGE_KEPT \
        apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

# the browser of the tests of pages, and the fonts of tests/browser/fonts.conf; Ubuntu's package of the browser is another
# one, and is left to whoever wants it
install_browser() {
    local missing=()
    command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
    [ -f /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
    [ -f /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ] || missing+=(fonts-wqy-microhei)
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root 'running apt-get update' apt-get -qq update || true
    as_root "installing ${missing[*]}" env DEBIAN_FRONTEND=noninteractive $LANGUAGE_KEPT \
        apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null ||
        say "${missing[*]} could not be installed: tests of pages in a browser have no browser, or other fonts"
}

postgresql_answers() { pg_isready --quiet; }

start_postgresql() {
    postgresql_answers && return
    local version cluster
    if [ -z "$(pg_lsclusters --no-header)" ]; then
        version=$(basename "$(dirname "$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -1)")")")
        as_root 'making a cluster of PostgreSQL' env $LANGUAGE_KEPT pg_createcluster "$version" main
    fi
    read -r version cluster _ < <(pg_lsclusters --no-header | sort -V | tail -1)
    say "starting PostgreSQL $version"
    if systemd; then
        as_root 'starting PostgreSQL' systemctl start "postgresql@$version-$cluster"
    else
        as_root 'starting PostgreSQL' pg_ctlcluster --skip-systemctl-redirect "$version" "$cluster" start
    fi
    wait_for PostgreSQL postgresql_answers /var/log/postgresql
}

rabbitmq_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$AMQP_PORT") 2>/dev/null; }

# a node is called after its host, and does not start where that name leads nowhere
name_node() {
    getent hosts "$(hostname -s)" >/dev/null && return
    grep -qs '^NODENAME=' $NODE_CONFIG ||
        as_root 'naming the node of RabbitMQ' sh -c "echo NODENAME=rabbit@localhost >>$NODE_CONFIG"
}

start_rabbitmq() {
    rabbitmq_answers && return
    say 'starting RabbitMQ'
    if systemd; then
        as_root 'starting RabbitMQ' systemctl start rabbitmq-server
    else
        name_node
        as_root 'starting RabbitMQ' rabbitmq-server -detached
    fi
    wait_for RabbitMQ rabbitmq_answers /var/log/rabbitmq
}

# t: I may make databases; f or empty: I may not, or there is no such role or database
may_create() {
    psql --dbname test --no-psqlrc --tuples-only --no-align \
        --command 'SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user' 2>/dev/null || true
}

as_postgres() { as_root "giving $ME a role at PostgreSQL" runuser -u postgres -- "$@"; }

welcome() {
    [ "$(may_create)" != t ] || return 0
    say "giving $ME a role at PostgreSQL that may make databases, and the database test"
    if psql --dbname postgres --command '' 2>/dev/null; then
        as_postgres psql --quiet --command "ALTER ROLE \"$ME\" CREATEDB"
    else
        as_postgres createuser --createdb "$ME"
    fi
    psql --dbname test --command '' 2>/dev/null || createdb test
    [ "$(may_create)" = t ] || fail "$ME may not make databases at PostgreSQL over its socket; see pg_hba.conf"
}

install_engines
install_browser
start_postgresql
start_rabbitmq
welcome
say "RabbitMQ answers at 127.0.0.1:$AMQP_PORT, PostgreSQL $(psql --dbname test --no-psqlrc -Atc 'SHOW server_version') at its socket (database test)"
