#!/usr/bin/env bash
# Checks this export: ends with "everything checked: …" and 0, or "NOT VERIFIED: where: what" and 6.
# Needs bash 4.4, sha256sum, xxd, base64, openssl 3.0 (for Ed25519), no network. See README.txt.
shopt -so errexit nounset pipefail; shopt -s nullglob dotglob; shopt -u nocaseglob nocasematch
set +o noglob; unset CDPATH GLOBIGNORE; export LC_ALL=C; [[ $0 != */* ]] || cd -- "${0%/*}"
declare -A sum=() seen=() page=() known=(); files=() told=() apart='' place=verify.sh verdict='' end=$'\n'
number='^[1-9][0-9]{0,17}$' plain='^[A-Za-z0-9][A-Za-z0-9./-]*$' digest='^[0-9a-f]{64}$'
beside='^(README|CERTIFICATION)\.txt$|^events\.jsonl$|^capture\.warc\.gz$|^(readings|redlines|kept)/'
trap '[[ $verdict ]] || { printf "%s\n" "NOT VERIFIED: ${place//[^ -~]/?}" >&2; exit 6; }' EXIT
fail() { place+=": $*"; exit 6; }
hash() { local h; h=$(sha256sum); echo "${h%% *}"; }
bytes() { xxd -r -p <<< "$1"; }; hex() { base64 -d <<< "$1" | xxd -p -c 99; }
is() { [[ $(printf %s "$2" | hash) == "${sum[$1]-}" ]] || fail "$1 is another"; seen[$1]=1; }
fold() { r=${known[${up[-1]}$r]:=$(bytes "01${up[-1]}$r" | hash)}; unset 'up[-1]'; } # RFC 9162, 2.1.1
for f in * */*; do place=$f # there are plain files alone, as MANIFEST lists them
  [[ $f =~ $plain && ! -L $f && (-f $f || (-d $f && $f != */*)) ]] || fail 'does not belong here'
  [[ -d $f || $f == MANIFEST ]] || files+=("$f")
done
place=MANIFEST now=$(sha256sum -- "${files[@]}")
while read -r s f; do sum[$f]=$s; [[ $now == *"$s  $f"* ]] || fail "$f has changed"; done < MANIFEST
[[ $(hash <<< "$now") == "$(hash < MANIFEST)" ]] || fail 'does not list exactly the files here'
for note in checkpoints/*.note; do place=$note c=${note%.note} signed='' tree='' at=0 up=()
  { read -r origin; read -r size; read -r top; read -r s; mapfile -t signatures; } < "$note"
  [[ $c == "checkpoints/$size" && $size =~ $number ]] || fail 'is no checkpoint of this size'
  for line in "${signatures[@]}"; do s=${line##* } sig=$(hex "$s") id=${sig::8} signed+=$line$end
    vkey=$(<"keys/$id.vkey") key=$(hex "${vkey#*+*+}"); is "keys/$id.vkey" "$vkey$end"
    [[ $vkey =~ ^[A-Za-z0-9._-]{1,99}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$ && $vkey == "$origin+$id+"* &&
      $key == 01* && $({ printf '%s\n' "$origin"; bytes "$key"; } | hash) == "$id"* &&
      $line == "— $origin $s" && $s == "$(bytes "$sig" | base64 -w 0)" ]] || fail "no key for $line"
    openssl pkeyutl -verify -rawin -in "$c.text" -sigfile <(bytes "${sig:8}") -pubin -keyform DER \
      -inkey <(bytes "302a300506032b6570032100${key:2}") > /dev/null || fail "its signature; $(openssl version)"
    told+=("checkpoint over $size lines, signed by the key $vkey")
  done
  is "$c.text" "$origin$end$size$end$top$end"; is "$note" "$(<"$c.text")$end$end${signed:-none}"
  while read -r width r; do tree+="$width $r$end" # so many lines of the log, and their hash
    [[ $width =~ $number ]] && ((!(width & (width - 1)) && at % width == 0)) || fail 'its tree'
    if [[ "$width $r" == "1 log/$at.json" ]]; then seen[$r]=1 # a line names its page at its beginning
      [[ ! $(<"$r") =~ ^'{"at":"'[^\"]*'","body":"'([0-9a-f]{64})\" ]] || page[${BASH_REMATCH[1]}]=$at
      r=$({ printf 00; xxd -p "$r"; } | xxd -r -p | hash)
    else [[ $r =~ $digest ]] || fail 'its tree'; fi
    for ((at += width, k = at / width; k % 2 == 0; k /= 2)); do fold; done; up+=("$r"); ((at <= size))
  done < "$c.tree"
  r=${up[-1]}; unset 'up[-1]'; while ((${#up[@]})); do fold; done; is "$c.tree" "$tree"
  [[ "$at $(bytes "$r" | base64 -w 0)" == "$size $top" ]] || fail 'its tree has another root'
  for crt in "timestamps/$size".*.crt; do t=${crt%.crt}.tsr place=$t seen[$crt]=1 seen[$t]=1
    openssl ts -verify -in "$t" -data "$note" -no_check_time -CAfile \
      <(openssl x509 -inform DER -in "$crt") &> /dev/null || fail 'is no token over this checkpoint'
    says=$(openssl ts -reply -in "$t" -token_out -text 2> /dev/null) time='Time stamp: ([A-Za-z0-9:. ]+)'
    [[ $says == *"${end}Hash Algorithm: sha"[235]* && $says =~ $end$time ]] || fail 'tells no time'
    told+=("  seen at ${BASH_REMATCH[1]}, says who holds the certificate ${sum[$crt]}")
  done
done
for f in "${files[@]}"; do place=$f s=${sum[$f]}
  [[ ${seen[$f]-} || $f == verify.sh || ($f == "bodies/$s" && ${page[$s]-}) ]] && continue
  [[ $f =~ $beside ]] || fail 'nothing checked names it'; [[ $apart == *" ${f%/*}"* ]] || apart+=" ${f%/*}"
done
place=MANIFEST lines=(log/*) pages=(bodies/*); sha256sum --check --quiet MANIFEST; ((${#pages[@]}))
verdict=yes; printf '%s\n' "${told[@]}" "Compare keys and certificates with those that their owners publish: only that ties this to them." \
  "Not proved, only as MANIFEST lists them:$apart. Nor that no line was left out: see README.txt." \
  "everything checked: ${#lines[@]} lines of the log, ${#pages[@]} of the ${#page[@]} pages that they name. MANIFEST: $(hash < MANIFEST)"
