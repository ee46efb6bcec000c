#!/bin/sh
# The main job from end to end, with made-up names: a register, one hazard, its deadline across Spring Festival 2026, the
# breach on the right unit's list of duties, and the points lost on its sheet. Usage: thread.sh [PROGRAM]; run it from the
# project's folder. Leaves nothing behind.
set -eu
anjian=${1:-build/anjian}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
run() {
    printf '\n$ anjian %s\n' "$*"
    "$anjian" --db "sqlite:$folder/thread.db" "$@"
}

run init --region 430602 --simulated --now 2026-02-09T09:00
run import unit demo/thread/unit.csv
run import premises demo/thread/premises.csv
run import responsibility demo/thread/responsibility.csv
run who 岳阳示例化工有限公司 --on 2026-02-10

run tick --now 2026-02-10T10:00
run new hazard --set premises=岳阳示例化工有限公司 --set description=配电箱未接地，电缆破损 --set grade=general \
    --set found_on=2026-02-10 --set days=10 --set responsible_person=示例甲
run list hazard --fields number,premises,found_on,due_on
run tick --now 2026-03-02T23:59:59
run tick --now 2026-03-05T08:00
run list duty --where owner_unit=东湖示例街道办事处 --fields matter,due,breached
run sheet 东湖示例街道办事处
run sheet 西塘示例镇人民政府
