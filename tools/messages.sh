#!/bin/sh
# Bring po/zh_CN.po up to date with the sources; with --check only say whether every message has its Chinese.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT
find src -name '*.c' -o -name '*.h' | LC_ALL=C sort | xgettext --files-from=- --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ \
    --keyword=err_say:2 --add-comments=TRANSLATORS --no-location --sort-output --package-name=anjian --output="$pot"
sed -i 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d' "$pot"
if [ "${1:-}" = --check ]; then
    missing=$(msgmerge --quiet --no-fuzzy-matching po/zh_CN.po "$pot" | msgattrib --untranslated --no-obsolete | grep -c '^msgid "' || true)
    [ "$missing" -le 1 ] && exit 0
    echo "po/zh_CN.po lacks $((missing - 1)) messages; run tools/messages.sh and translate" >&2
    msgmerge --quiet --no-fuzzy-matching po/zh_CN.po "$pot" | msgattrib --untranslated --no-obsolete | grep '^msgid "' | head -20 >&2
    exit 1
fi
if [ -e po/zh_CN.po ]; then
    msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --backup=none --update po/zh_CN.po "$pot"
    msgattrib --no-obsolete --sort-output -o po/zh_CN.po po/zh_CN.po
else
    msginit --no-translator --locale=zh_CN.UTF-8 --input="$pot" --output=po/zh_CN.po
fi
sed -i '/^"POT-Creation-Date\|^"PO-Revision-Date/d' po/zh_CN.po
