#!/usr/bin/env bash
# Checks this export without the program that made it: see README.txt.
# Needs bash, sha256sum, xxd, base64, openssl (1.1.1 or newer), and no network.
shopt -so errexit nounset pipefail
export LC_ALL=C
ok=no lines='' proofs=0 stamps=0
trap '[[ $ok == yes ]] || kill -TERM $$' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
hash() { local h; h=$(sha256sum); echo "${h%% *}"; }
hex() { local h; h=$(xxd -p -c 256); echo "$h"; }
node() { printf '01%s%s' "$1" "$2" | xxd -r -p | hash; }
[[ $0 != */* ]] || cd -- "${0%/*}"
shopt -s nullglob dotglob
manifest() { # there are exactly the files that MANIFEST names, with these bytes
  local f files=()
  for f in * */*; do
    [[ ! -L $f && (-f $f || (-d $f && $f != */*)) ]] || fail "$f does not belong here"
    [[ -d $f || $f == MANIFEST ]] || files+=("$f")
  done
  [[ $(sha256sum -- "${files[@]}" | hash) == $(hash < MANIFEST) ]] && return
  sha256sum --check --quiet MANIFEST || :
  fail "the files are not those that MANIFEST names"
}
root() { # leaf index size path…: the root that they lead to (RFC 9162, 2.1.3.2)
  local r=$1 at=$2 last=$(($3 - 1)) p
  for p in "${@:4}"; do
    if ((at % 2 || at == last)); then
      r=$(node "$p" "$r")
      while ((at % 2 == 0 && at)); do ((at /= 2, last /= 2, 1)); done
    else r=$(node "$r" "$p"); fi
    ((at /= 2, last /= 2, 1))
  done
  ((last)) || echo "$r"
}
manifest
for note in checkpoints/*.note; do c=${note%.note}
  { read -r origin; read -r size; read -r top; read -r _; read -r _ name sig; } < "$note"
  signed=$(base64 -d <<< "$sig" | hex) k=keys/${signed::8} vkey=$(<"keys/${signed::8}.vkey")
  key=$(base64 -d <<< "${vkey#*+*+}" | hex) id=$({ echo "$name"; xxd -r -p <<< "$key"; } | hash)
  [[ $(printf '%s\n' "$origin" "$size" "$top" | hash) == $(hash < "$c.text") &&
    $(hex < "$c.sig") == "${signed:8}" && $id == "${signed::8}"* &&
    $(hex < "$k.der") == 302a300506032b6570032100${key:2} ]] || fail "$note does not fit $k"
  openssl pkeyutl -verify -pubin -inkey "$k.der" -keyform DER -rawin -in "$c.text" \
    -sigfile "$c.sig" > /dev/null || fail "$note: its signature"
  for line in log/*.json; do i=${line#log/} i=${i%.json}
    leaf=$({ printf 00; xxd -p "$line"; } | xxd -r -p | hash)
    found=$(root "$leaf" "$i" "$size" $(<"log/$i.$size.proof"))
    [[ $found == "$(base64 -d <<< "$top" | hex)" ]] || fail "$line is not what $note holds"
    lines+=$(<"$line") proofs=$((proofs + 1))
  done
  for t in "timestamps/$size".*.tsr; do a=${t#timestamps/*.} a=timestamps/${a%.tsr}.pem
    [[ -f $a ]] || { echo "kept, not checked, for want of $a: $t"; continue; }
    openssl ts -verify -in "$t" -data "$note" -CAfile "$a" -no_check_time &> /dev/null || fail "$t"
    stamps=$((stamps + 1))
  done; echo "checkpoint of $size lines, signed by $vkey"
done
for b in bodies/*; do [[ $lines == *"\"body\":\"$(hash < "$b")\""* ]] || fail "$b: in no line"; done
sha256sum --check --quiet MANIFEST && ((proofs)) || fail "the script is not that of MANIFEST"
ok=yes; echo "OK: proofs $proofs, timestamps $stamps. Compare the keys above with those published."
