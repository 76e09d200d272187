#!/bin/sh
# Removes what install.sh installed; run it with the same PREFIX.
#
#   sudo make uninstall            keeps the watchlist, the evidence and the change log
#   sudo make uninstall PURGE=yes  removes them too: what was seen can not be had again
set -eu

DESTDIR=${DESTDIR:-}
PREFIX=${PREFIX:-/opt/clausewatch}
unit=$DESTDIR/usr/local/lib/systemd/system/clausewatch.service

say() { printf '%s\n' "uninstall: $*"; }

running() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

if running && [ -e "$unit" ]; then
    systemctl disable --now clausewatch.service
fi
if [ "${PURGE:-no}" = yes ]; then
    # /var/lib/private is where systemd keeps the state of a dynamic user.
    for kept in lib log cache; do
        rm -rf "$DESTDIR/var/$kept/private/clausewatch" "$DESTDIR/var/$kept/clausewatch"
    done
    rm -rf "$DESTDIR/etc/clausewatch"
else
    say "kept /etc/clausewatch, /var/lib/clausewatch and /var/log/clausewatch"
fi
rm -f "$unit" "$DESTDIR/usr/local/bin/clausewatch" "$DESTDIR/etc/logrotate.d/clausewatch"
if [ -e "$DESTDIR$PREFIX/pyvenv.cfg" ]; then
    rm -rf "$DESTDIR$PREFIX"
else
    rm -rf "$DESTDIR$PREFIX/share/doc/clausewatch"
fi
if running; then
    systemctl daemon-reload
fi
say "done"
