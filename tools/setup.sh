#!/bin/sh
# Install what is missing: setup.sh LIST...  As root it runs apt-get; otherwise it prints the one command to run.
# A line of a list is a package, or "package command": then the command will do, wherever it comes from.
set -eu
missing=
while read -r package command; do
    case $package in '' | '#'*) continue ;; esac
    [ -n "$command" ] && command -v "$command" >/dev/null && continue
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done <<EOF
$(cat "$@")
EOF
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "Packages are missing. Please run:" >&2
    echo "  sudo apt-get install -y$missing" >&2
    exit 1
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# The packages of a PostgreSQL server start a cluster of their own; the tests make theirs and need no other.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
apt-get install -y -qq --no-install-recommends $missing >/dev/null
