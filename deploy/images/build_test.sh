#!/usr/bin/env bash
# deploy/images/build against a made-up engine: what is in the image, and when it is made.
set -euo pipefail
build="$PWD/deploy/images/build"
bin="$TEST_TMPDIR/bin"
mkdir -p "$bin" "$TEST_TMPDIR/images"
export WORLD="$TEST_TMPDIR"
cat >"$bin/docker" <<'END'
#!/bin/sh
cd "$WORLD"
for last; do :; done
file="images/$(echo "$last" | tr :/ __)"
case "$*" in
  info) [ -e engine ] ;;
  "image inspect --format {{.Size}}"*) wc -c <"$file" ;;
  "image inspect"*) [ -e "$file" ] ;;
  import*) echo "$*" >import && cat >"$file" ;;
  tag*) echo "$2 $3" >tag ;;
esac
END
chmod +x "$bin/docker"
export PATH="$bin:$PATH"

fail() {
  echo "FAILED: $*"
  cat "$TEST_TMPDIR/said" 2>/dev/null
  exit 1
}
# run EXPECTED-EXIT-CODE ARGUMENTS...: stdout goes to $output.
run() {
  local expected="$1" code=0
  shift
  output="$("$build" "$@" 2>"$TEST_TMPDIR/said")" || code=$?
  [[ "$code" == "$expected" ]] || fail "exit code $code, not $expected: build $*"
}

run 254
run 254 --program=/no/such
run 3 --program=/bin/cat
touch "$TEST_TMPDIR/engine"
if ! type -P iptables-legacy >/dev/null || ! type -P nft >/dev/null; then
  run 1 --program=/bin/cat
  grep -q 'apt-get install' "$TEST_TMPDIR/said" || fail "does not say what to install"
  echo "passed; the rest needs iptables and nftables"
  exit 0
fi

run 0 --program=/bin/cat --tag=slotquake:dev
first="$output"
[[ "$first" =~ ^slotquake:[0-9a-f]{12}$ ]] || fail "printed: $first"
[[ "$(cat "$TEST_TMPDIR/tag")" == "$first slotquake:dev" ]] || fail "tag: $(cat "$TEST_TMPDIR/tag")"
grep -q 'ENTRYPOINT \["/slotquake"\]' "$TEST_TMPDIR/import" || fail "no entrypoint"

# Complete: every program runs in there with nothing from outside.
root="$TEST_TMPDIR/root"
mkdir "$root"
tar -xf "$TEST_TMPDIR/images/${first/:/_}" -C "$root"
for file in slotquake bin/sh usr/bin/{nft,ip,iptables-legacy,iptables-legacy-restore,nsenter,rm,cat}; do
  [[ -x "$root/$file" || -L "$root/$file" ]] || fail "$file is not in the image"
done
find "$root" -name 'libxt_NFQUEUE.so' | grep -q . || fail "no NFQUEUE module"
while read -r library; do
  [[ -e "$root$library" ]] || fail "$library is not in the image"
done < <(ldd "$root/usr/bin/nft" "$root/usr/bin/ip" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u)

# The same again is not made again; another program is another image.
rm "$TEST_TMPDIR/import"
run 0 --program=/bin/cat
[[ "$output" == "$first" && ! -e "$TEST_TMPDIR/import" ]] || fail "made again: $output"
run 0 --program=/bin/ls
[[ "$output" != "$first" && -e "$TEST_TMPDIR/import" ]] || fail "another program is the same image"
echo "passed"
