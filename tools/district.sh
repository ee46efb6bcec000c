#!/bin/sh
# A small made-up district to look around in: district.sh PROGRAM FOLDER. Makes FOLDER/anjian.db with units, people, premises, hazards at
# every step of their flow, and an account for each role. Names, codes and dates are invented; the clock stands where it is put.
set -eu
anjian=$1
folder=$2
demo=$(dirname "$0")/../demo/district
password=anquan-2026-shili
mkdir -p "$folder"
run() { "$anjian" --db "sqlite:$folder/anjian.db" --lang en "$@"; }
quiet() { run "$@" >"$folder/making.log" 2>&1 || { cat "$folder/making.log" >&2; exit 1; }; }

make_it() {
echo "Making a small district to look around in: $folder"
printf '%s\n' "$password" | quiet init --region 430602 --simulated --now 2026-11-20T08:30 --admin guanli --password-stdin
for ledger in unit person post premises responsibility hazard; do quiet import $ledger "$demo/$ledger.csv"; done

# Some hazards are further on: reported, accepted, revisited.
hazards=$(run --json list hazard --sort found_on --fields found_on --limit 40 | grep -o '"number":"[^"]*"' | cut -d'"' -f4)
n=0
for hazard in $hazards; do
    n=$((n + 1))
    [ $((n % 4)) = 0 ] && continue
    quiet do hazard "$hazard" report --set rectified_on=2026-11-18 --set rectified_by=示例整改人 --set rectified_how=已按要求整改到位
    [ $((n % 4)) = 1 ] && continue
    quiet do hazard "$hazard" accept --set accepted_on=2026-11-19 --set accepted_by=示例验收人
    [ $((n % 8)) = 2 ] && quiet do hazard "$hazard" revisit --set revisited_on=2026-11-20 --set revisited_by=示例回访人
done
quiet tick --now 2026-11-23T09:00

account() { printf '%s\n' "$password" | quiet user add "$1" --role "$2" ${3:+--person "$3"} ${4:+--post "$4"} --password-stdin --keep-password; }
account zhouzhuren user 示例周主任
account wuquzhang user 示例吴区长
account zhengju user 示例郑局长
account wangke user 示例王科员
account fengzhan user 示例冯站长 站长
account chenanjian user 示例陈安监员
account hanchang user 示例韩厂长
account quanxian security_admin 示例安全管理员
account shenji auditor 示例审计员
rm -f "$folder/making.log"
trap - EXIT
}

if [ ! -e "$folder/anjian.db" ]; then
    trap 'rm -f "$folder"/anjian.db*' EXIT
    make_it
fi
cat <<EOF

All accounts have the password  $password
  zhouzhuren   committee office 安委办        guanli     system administrator 系统管理员
  wuquzhang    leader 分管领导                quanxian   security administrator 安全管理员
  zhengju      safety bureau 应急管理局局长   shenji     auditor 审计员
  wangke       its inspector 执法人员         hanchang   an enterprise 企业负责人
  fengzhan     a station 安监站站长           chenanjian another station 安监员
EOF
