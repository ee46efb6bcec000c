#!/bin/sh
# Bring po/zh_CN.po up to date with the sources. With --check change nothing: say whether every message has its Chinese and
# whether the Chinese takes the same arguments, and end with `N passed, N failed` as tests do.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
now=$(mktemp)
pages=$(mktemp)
trap 'rm -f "$pot" "$now" "$pages"' EXIT
# Texts of pages, {{ t "…" }} and _("…") in templates, as C that names the template and its line.
find src -name '*.html' -exec grep -HnoE '(\{\{ *t *|\b_\( *)"([^"\]|\\.)*"' {} + |
    sed -E 's/^([^:]*):([0-9]*):[^"]*(".*)$/#line \2 "\1"\n_(\3);/' >"$pages"
{ find src \( -name '*.c' -o -name '*.h' \) | LC_ALL=C sort; echo "$pages"; } | xgettext --files-from=- --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ \
    --keyword=err_say:2 --add-comments=TRANSLATORS --no-location --sort-output --package-name=anjian --output="$pot"
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d' "$pot"
if [ "${1:-}" = --check ]; then
    failed=0
    msgmerge --quiet --no-fuzzy-matching --output-file="$now" po/zh_CN.po "$pot"
    missing=$(msgattrib --untranslated --no-obsolete "$now" | grep -c '^msgid "' || true)
    if [ "$missing" -gt 1 ]; then # the header is one
        echo "po/zh_CN.po lacks $((missing - 1)) messages; run tools/messages.sh and translate:"
        msgattrib --untranslated --no-obsolete --no-wrap "$now" | grep '^msgid "' | head -20
        failed=1
    fi
    msgfmt --check-format --output-file=/dev/null "$now" || failed=$((failed + 1))
    echo "$((2 - failed)) passed, $failed failed"
    [ "$failed" = 0 ]
    exit
fi
if [ -e po/zh_CN.po ]; then
    msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --backup=none --update po/zh_CN.po "$pot"
    msgattrib --no-obsolete --sort-output -o po/zh_CN.po po/zh_CN.po
else
    msginit --no-translator --locale=zh_CN.UTF-8 --input="$pot" --output=po/zh_CN.po
fi
sed -i '/^"POT-Creation-Date\|^"PO-Revision-Date/d' po/zh_CN.po
