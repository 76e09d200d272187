#!/bin/sh
# The installed program. For root it shows what the service has: its state lies where
# only root and the service's own dynamic user may look.
if [ -z "${CLAUSEWATCH_HOME:-}" ] && [ "$(id -u)" = 0 ] && [ -d /var/lib/clausewatch ]; then
    export CLAUSEWATCH_HOME=/var/lib/clausewatch
fi
exec /opt/clausewatch/bin/clausewatch "$@"
