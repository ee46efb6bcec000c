#!/bin/sh
# Everything that can be said of the sources without running them: lint.sh BUILD (a folder that ninja has built).
# Runs every check, also behind one that failed, and ends with status 1 when any did.
set -u
cd "$(dirname "$0")/.."
build=${1:?usage: tools/lint.sh BUILD}
failed=
log=$(mktemp)
trap 'rm -f "$log"' EXIT

run() { # run NAME COMMAND…: silent when it is content
    name=$1
    shift
    start=$(date +%s)
    if "$@" >"$log" 2>&1; then
        echo "ok    $name ($(($(date +%s) - start)) s)"
    else
        echo "FAIL  $name ($(($(date +%s) - start)) s)"
        cat "$log"
        failed="$failed $name"
    fi
}

sources() {
    git ls-files --cached --others --exclude-standard "$@"
}

format() {
    sources '*.c' '*.h' | xargs -P2 -n40 clang-format --dry-run -Werror
}

# Suppressed: the order of arguments is compared by name, which says nothing where the prototype leaves names out; a request of
# the group commit stands in the queue only until sqlite_group_write() returns; a comparison with 0 says nothing of an upper end.
check_c() {
    cppcheck --quiet -j2 --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=funcArgOrderDifferent --suppress=autoVariables:src/db/sqlite_group.c \
        --suppress=arrayIndexOutOfBoundsCond:src/exchange/table_detect.c \
        --library=tools/cppcheck.cfg -D'ANJIAN_VERSION=""' -Isrc -I"$build/src" src
}

# Only sources of the library: the tests are looked at by the compilers and the sanitizers. The analyzer runs shallow, which finds
# nearly the same in a fifth of the time.
tidy() {
    sources 'src/*.c' | xargs -P2 -n4 clang-tidy --quiet -p "$build" --extra-arg=-Xclang --extra-arg=-analyzer-config \
        --extra-arg=-Xclang --extra-arg=mode=shallow
}

run format format
run source tools/check_source.py
run data tools/check_data.py
run messages tools/messages.sh --check
run cppcheck check_c
run clang-tidy tidy
[ -z "$failed" ] || echo "failed:$failed"
[ -z "$failed" ]
