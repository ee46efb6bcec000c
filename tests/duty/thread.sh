#!/bin/sh
# thread.sh PROGRAM: tools/thread.sh ends well, and prints what a clerk must see.
set -u
passed=0 failed=0
out=$(cd "$(dirname "$0")/../.." && tools/thread.sh "$1" 2>&1)
status=$?
expect() { # what must be printed
    if printf '%s\n' "$out" | grep -qF -- "$1"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not printed: $1"
    fi
}
[ $status = 0 ] && passed=$((passed + 1)) || failed=$((failed + 1))
expect '2026-03-02  -0.50'
expect '算式：1 × 0.50 = 0.50，封顶 5.00，扣 0.50'
expect '2026-02-14 周六  第4日  调休上班（春节）'
expect '2026-03-02 周一  第10日  工作日'
expect '得分：99.50'
expect '得分：100.00'
[ $failed = 0 ] || printf '%s\n' "$out"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
