#!/usr/bin/env bash
# bazelw against a made-up machine: one package is missing, one is never offered.
set -euo pipefail
root="$TEST_TMPDIR/tree"
bin="$TEST_TMPDIR/bin"
mkdir -p "$root/tools" "$bin"
cp bazelw "$root/"
cp tools/apt-packages.txt "$root/tools/"
log="$TEST_TMPDIR/log"

cat >"$bin/apt-get" <<END
#!/bin/sh
echo "\$*" >>"$log"
case "\$*" in *install*) [ -z "\$APT_FAILS" ] || { echo "no space left"; exit 100; }
  touch "$TEST_TMPDIR/installed" ;; esac
END
cat >"$bin/dpkg-query" <<END
#!/bin/sh
for package; do :; done
case "\$package" in
  nftables) [ -e "$TEST_TMPDIR/installed" ] || exit 1 ;;
  chromium) [ -n "\$CHROMIUM" ] || exit 1 ;;
esac
printf installed
END
cat >"$bin/apt-cache" <<'END'
#!/bin/sh
shift
for package; do
  # A package with 5000 versions: what reads this must not stop early.
  echo "$package:"
  [ "$package" != chromium ] || { echo "  Candidate: (none)"; continue; }
  echo "  Candidate: 1.0"
  seq 5000 | sed 's/^/     1.0 /' || exit
done
END
cat >"$bin/sudo" <<'END'
#!/bin/sh
exec "$@"
END
cat >"$bin/bazel" <<'END'
#!/bin/sh
printf 'bazel'
printf ' [%s]' "$@"
END
chmod +x "$bin"/*
export PATH="$bin:$PATH" CHROMIUM= APT_FAILS=

fail() {
  echo "FAILED: $*"
  exit 1
}
# run EXPECTED-OUTPUT ARGUMENTS...: what is printed goes to $said.
run() {
  local expected="$1" output
  shift
  : >"$log"
  output="$("$root/bazelw" "$@" 2>"$TEST_TMPDIR/said" </dev/null)" || fail "exit code $?"
  said="$(cat "$TEST_TMPDIR/said")"
  [[ "$output" == "$expected" ]] || fail "printed '$output', not '$expected'"
}

BAZELW_INSTALL=0 run "bazel [info]" info
[[ ! -s "$log" ]] || fail "installed although it was told not to"
[[ "$said" == *nftables* ]] || fail "does not say what is missing: $said"

run "bazel [test] [//a b] [--flag]" test "//a b" --flag
grep -q "install --no-install-recommends nftables$" "$log" || fail "installed: $(cat "$log")"
[[ "$said" == *"installing"*nftables* ]] || fail "does not say what it installs: $said"
[[ "$said" == *"not offered"*chromium* ]] || fail "is silent on chromium: $said"

CHROMIUM=1 run "bazel [info]" info
[[ ! -s "$log" ]] || fail "second call: $(cat "$log")"
[[ -z "$said" ]] || fail "second call says: $said"

rm "$TEST_TMPDIR/installed"
if APT_FAILS=1 "$root/bazelw" info >/dev/null 2>"$TEST_TMPDIR/said"; then
  fail "went on after apt-get had failed"
fi
grep -q "no space left" "$TEST_TMPDIR/said" || fail "hides why apt-get failed"
echo "passed"
