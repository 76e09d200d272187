#!/usr/bin/env bash
# Checks this export (see README.txt) with bash 4.4, sha256sum, xxd, base64 and openssl 3.0 alone.
unset CDPATH GLOBIGNORE; export LC_ALL=C; shopt -so errexit nounset pipefail; shopt -uo noglob
shopt -s nullglob dotglob; shopt -u nocaseglob nocasematch failglob; [[ $0 != */* ]] || cd -- "${0%/*}"
declare -A sum=() seen=() known=() apart=(); told=() shows=() named='' place=verify.sh end=$'\n'
number='^[1-9][0-9]{0,17}$' plain='^(MANIFEST|[A-Za-z0-9]+[./][A-Za-z0-9./-]+)$' events=(events/*)
folder='^(bodies|checkpoints|events|keys|kept|log|readings|redlines|timestamps)$' pages=(bodies/*)
beside='^((README|CERTIFICATION)\.txt|events\.jsonl|capture\.warc\.gz|redlines/[0-9a-f]{12}\.html|kept/.*)$'
brought='^\{"at":"([0-9TZ:.-]+)","body":"([0-9a-f]{64})".*,"url":"([!#-~]+)"'
trap '[[ ! $place ]] || { printf "%s\n" "NOT VERIFIED: ${place//[^ -~]/?}" >&2; exit 6; }' EXIT
fail() { place+=${1:+: $1}; exit 6; }; hash() { local h; h=$(sha256sum); echo "${h%% *}"; } # in hexadecimal
bytes() { xxd -r -p <<< "$1"; }; hex() { base64 -d <<< "$1" | xxd -p -c 99; }
is() { [[ $(printf %s "$2" | hash) == "${sum[$1]-}" ]] || fail "$1 differs"; seen[$1]=1; } # to the byte
fold() { r=01${up[-1]}$r r=${known[$r]:=$(xxd -r -p <<< "$r" | sha256sum)}; unset 'up[-1]'; r=${r%% *}; }
for f in * */*; do place="$f: does not belong here" # there are plain files, in our folders
  [[ ! -L $f && ((-f $f && $f =~ $plain) || (-d $f && $f =~ $folder)) ]] || fail; done
place=MANIFEST files=(*.* */*) lines=(log/*.json); now=$(sha256sum -- "${files[@]}")
while read -r s f; do sum[$f]=$s; [[ $now == *"$s  $f"* ]] || fail "$f has changed"; done < MANIFEST
[[ $(hash <<< "$now") == "$(hash < MANIFEST)" ]] || fail 'does not list exactly the files here'
for note in checkpoints/*.note; do place=$note c=${note%.note} signed='' tree='' shown=0 at=0 up=()
  { read -r origin; read -r size; read -r top; read -r s; mapfile -t signatures; } < "$note"
  [[ $c == "checkpoints/$size" && $size =~ $number ]] || fail 'is no checkpoint of this size'
  for line in "${signatures[@]}"; do sig=$(hex "${line##* }") id=${sig::8} place="$note: its signature"
    vkey=$(<"keys/$id.vkey") key=$(hex "${vkey#*+*+}"); is "keys/$id.vkey" "$vkey$end"
    [[ $vkey =~ ^[A-Za-z0-9._/-]{1,99}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$ && $vkey == "$origin+$id+"* &&
      $key == 01* && $({ printf '%s\n' "$origin"; bytes "$key"; } | hash) == "$id"* &&
      $line == "— $origin $(bytes "$sig" | base64 -w 0)" && $signed != *"$line"* ]] || fail 'by no key'
    openssl pkeyutl -verify -rawin -in "$c.text" -sigfile <(bytes "${sig:8}") -pubin -keyform DER \
      -inkey <(bytes "302a300506032b6570032100${key:2}") > /dev/null || fail "wrong, or openssl below 3.0"
    signed+=$line$end; told+=("checkpoint over $size lines, signed by the key $vkey"); done
  is "$c.text" "$origin$end$size$end$top$end"; is "$note" "$origin$end$size$end$top$end$end$signed"
  while read -r width r; do tree+="$width $r$end" place="$note: its tree: $width $r"
    [[ $signed && $width =~ $number ]] && ((!(width & (width - 1)) && !(at % width) && at < size)) || fail
    if [[ "$width $r" == "1 log/$at.json" ]]; then seen[$r]=1 shown=$((shown + 1)) s=$(<"$r") # shown here
      [[ ! $s =~ ^'{"at":"'[^\"]*'","'(body\":|events\":\{)(.*) ]] || named+=$end${BASH_REMATCH[2]}
      [[ ! $s =~ $brought || ! -f bodies/${BASH_REMATCH[2]} ]] || shows[at]="page of ${BASH_REMATCH[*]:1}"
      r=${known[$r]:=$({ printf 00; xxd -p "$r"; } | xxd -r -p | hash)} # a leaf (RFC 9162, 2.1.1)
    else [[ $r =~ ^[0-9a-f]{64}$ ]] || fail; fi
    for ((at += width, k = at / width; k % 2 == 0; k /= 2)); do fold; done; up+=("$r"); done < "$c.tree"
  r=${up[-1]}; unset 'up[-1]'; while ((${#up[@]})); do fold; done; is "$c.tree" "$tree"
  [[ "$at $shown $(bytes "$r" | base64 -w 0)" == "$size ${#lines[@]} $top" ]] || fail 'is another'
  for crt in "timestamps/$size".*.crt; do t=${crt%.crt}.tsr place=$t seen[$crt]=1 seen[$t]=1
    says=$(openssl ts -reply -in "$t" -token_out -text 2> /dev/null) || fail 'is no token' # what it signs
    [[ $says == *$'\nHash Algorithm: sha'[235]* && $says =~ $'\nTime stamp: '([A-Z][a-z]+\ [0-9:.\ ]+\ GMT) ]] || fail 'no time'
    when=${BASH_REMATCH[1]} k=JanFebMarAprMayJunJulAugSepOctNovDec; read -r m d s y _ <<< "$when"; k=${k%%"$m"*}
    ((k = (${#k} / 3 + 10) % 12, y -= k > 9, d = 10#$d + y * 365 + y / 4 - y / 100 + y / 400 + (153 * k + 2) / 5))
    k=$((((d - 719469) * 24 + 10#${s::2}) * 3600 + 10#${s:3:2} * 60 + 10#${s:6:2})) # its time in seconds
    openssl ts -verify -in "$t" -data "$note" -attime "$k" -CAfile <(openssl x509 -inform DER -in "$crt") \
      &> /dev/null || fail "is no token over this checkpoint by a certificate that was valid then"
    told+=("  stamped $when under the certificate with the SHA-256 ${sum[$crt]}"); done; done
for f in "${files[@]}"; do place="$f: nothing names it" s=${f##*/} d=${sum[$f]}
  [[ ${seen[$f]-} || $f == verify.sh || ($f == "bodies/$d" && $named == *"$end\"$d\""*) ||
    ($f =~ ^events/[0-9a-f]{32}\.json$ && $named == *"\"${s%.json}\":\"$d\""*) ]] && continue
  [[ $f =~ $beside || ($f == readings/*.txt && $named == *"$end\"${s%.txt}\""*) ]] || fail; apart[${f%/*}]=1
  [[ $f != redlines/* || "${events[*]}" == *"events/${s%.html}"* ]] || fail 'its event is not proved'; done
place=MANIFEST; sha256sum --check --quiet MANIFEST && ((${#pages[@]})) || fail 'lists no page'; mapfile -t s < events.jsonl
((${#events[@]} && ${#events[@]} == ${#s[@]})) || fail "proves ${#events[@]} of ${#s[@]} events"; place=''
printf '%s\n' "${told[@]}" "${shows[@]}" "Compare each key and certificate with the one that its owner publishes." \
  "Listed in MANIFEST, proved by nothing: ${!apart[*]}; nor is it proved that nothing was left out." \
  "everything checked: ${#lines[@]} of the log's lines, ${#pages[@]} of its pages, ${#events[@]} of its events"
