#!/bin/sh
# Installs clausewatch as a system service; run it again to upgrade.
#
#   sudo make install            from a checkout; then follow what it prints
#
#   DESTDIR   where to build a package tree instead of installing (default: none)
#   PREFIX    the program's own folder (default: /opt/clausewatch)
#   PYTHON    a Python of 3.11 or newer (default: python3)
#   PROGRAM   `no` leaves the program out and installs only what is around it
#
# What you may have edited is kept: /etc/clausewatch is only ever added to.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
DESTDIR=${DESTDIR:-}
PREFIX=${PREFIX:-/opt/clausewatch}
PYTHON=${PYTHON:-python3}
units=$DESTDIR/usr/local/lib/systemd/system

say() { printf '%s\n' "install: $*"; }
die() { printf '%s\n' "install: $*" >&2; exit 1; }

case $PREFIX in
    /*/..*|*/../*|/) die "PREFIX: expected a folder of its own, got $PREFIX" ;;
    /*) ;;
    *) die "PREFIX: expected an absolute path, got $PREFIX" ;;
esac
case $PREFIX in
    /usr|/usr/local|/opt|/etc|/home|/var|/bin|/lib)
        die "PREFIX: expected a folder of its own, got $PREFIX" ;;
esac

# Put a file in place with the real PREFIX in it.
place() { # mode source target
    mkdir -p "$(dirname "$3")"
    sed "s|/opt/clausewatch|$PREFIX|g" "$2" > "$3.new"
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}

# The program is built beside the old one and swapped in whole, so that a download
# that fails leaves the old one as it was.
install_program() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        die "PYTHON: expected Python 3.11 or newer, got $PYTHON"
    target=$DESTDIR$PREFIX
    if [ -e "$target" ] && [ ! -e "$target/pyvenv.cfg" ] && [ -n "$(ls -A "$target")" ]; then
        die "$target: expected an earlier installation or nothing, got a folder with other files"
    fi
    rm -rf "$target.new"
    mkdir -p "$(dirname "$target")"
    say "building the program in $PREFIX"
    "$PYTHON" -m venv "$target.new"
    pip="$target.new/bin/python -m pip --disable-pip-version-check --quiet"
    $pip install --no-compile --require-hashes -r "$here/requirements.txt"
    $pip install --no-compile --no-deps --no-build-isolation "$here"
    for script in "$target.new"/bin/* "$target.new"/pyvenv.cfg; do
        if [ ! -L "$script" ] && grep -Iq . "$script"; then
            sed -i "s|$target.new|$PREFIX|g" "$script"
        fi
    done
    # The service may not write beside its own code, so it is compiled here.
    "$target.new/bin/python" -m compileall -q -s "$target.new" -p "$PREFIX" "$target.new/lib"
    rm -rf "$target.old"
    [ ! -e "$target" ] || mv "$target" "$target.old"
    mv "$target.new" "$target"
    rm -rf "$target.old"
}

[ "${PROGRAM:-yes}" = no ] || install_program

place 644 "$here/systemd/clausewatch.service" "$units/clausewatch.service"
place 755 "$here/systemd/clausewatch.sh" "$DESTDIR/usr/local/bin/clausewatch"
place 644 "$here/systemd/clausewatch.logrotate" "$DESTDIR/etc/logrotate.d/clausewatch"
guides=$PREFIX/share/doc/clausewatch
for guide in service operations watchlist; do
    place 644 "$here/docs/$guide.md" "$DESTDIR$guides/$guide.md"
done
schema=watchlist.schema.json
place 644 "$here/daemon/clausewatch/config/$schema" "$DESTDIR$guides/$schema"
watchlist=$DESTDIR/etc/clausewatch/watchlist.yaml
if [ -e "$watchlist" ]; then
    say "kept /etc/clausewatch/watchlist.yaml"
else
    place 644 "$here/watchlist.yaml" "$watchlist"
    # Editors look for the schema beside the file, where the checkout is not.
    sed -i "1s|schema=.*|schema=$guides/$schema|; s|docs/watchlist.md|$guides/watchlist.md|" "$watchlist"
fi

[ -z "$DESTDIR" ] || { say "laid out in $DESTDIR"; exit 0; }
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl try-restart clausewatch.service
fi
cat <<'EOF'
install: done; next:
  1. edit /etc/clausewatch/watchlist.yaml, then: clausewatch watchlist validate /etc/clausewatch/watchlist.yaml
  2. sudo systemctl enable --now clausewatch
  3. sudo tail -f /var/log/clausewatch/events.jsonl    or    journalctl -fu clausewatch
EOF
