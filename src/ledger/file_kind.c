/* file_kind.c — see file_kind.h. */
#include "ledger/file_kind.h"

#include <strings.h>

#include "base/lang.h"
#include "base/utf8.h"
#include "ledger/setting.h"

/* ---- by the first bytes ---- */

struct magic {
    struct str bytes;
    const char *kind;
};
#define BY_MAGIC(table, head) by_magic(table, sizeof(table) / sizeof *(table), head)

static const char *by_magic(const struct magic *table, size_t n, struct str head)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(head, table[i].bytes)) return table[i].kind;
    return NULL;
}

/* No text begins with these. */
static const struct magic sure[] = {
    {STR("\xFF\xD8\xFF"), "image/jpeg"},
    {STR("\x89PNG\r\n\x1A\n"), "image/png"},
    {STR("GIF87a"), "image/gif"},
    {STR("GIF89a"), "image/gif"},
    {STR("II*\0"), "image/tiff"},
    {STR("MM\0*"), "image/tiff"},
    {STR("%PDF-"), "application/pdf"},
    {STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "application/x-ole-storage"}, /* doc, xls, ppt */
    {STR("Rar!\x1A\x07"), "application/vnd.rar"},
    {STR("7z\xBC\xAF\x27\x1C"), "application/x-7z-compressed"},
    {STR("\x1F\x8B\x08"), "application/gzip"},
    {STR("ID3\x02"), "audio/mpeg"},
    {STR("ID3\x03"), "audio/mpeg"},
    {STR("ID3\x04"), "audio/mpeg"},
    {STR("#!AMR\n"), "audio/amr"},
    {STR("\x7F\x45\x4C\x46"), "application/x-executable"}, /* ELF */
};

/* Looked for in what is no text, because a text could begin so too. */
static const struct magic unsure[] = {
    {STR("BM"), "image/bmp"},
    {STR("AC10"), "image/vnd.dwg"},
    {STR("MZ"), "application/x-executable"},
};

/* What stands behind the marks of two containers. */
static const struct magic riff[] = {
    {STR("WEBP"), "image/webp"},
    {STR("AVI "), "video/x-msvideo"},
    {STR("WAVE"), "audio/x-wav"},
};
static const struct magic ftyp[] = {
    {STR("hei"), "image/heic"},       {STR("mif1"), "image/heic"}, {STR("M4A"), "audio/mp4"},
    {STR("qt  "), "video/quicktime"}, {STR(""), "video/mp4"},
};

static const char *by_container(struct str head)
{
    if (str_starts(head, STR("RIFF"))) return BY_MAGIC(riff, str_from(head, 8));
    return str_starts(str_from(head, 4), STR("ftyp")) ? BY_MAGIC(ftyp, str_from(head, 8)) : NULL;
}

/* ---- archives that are documents ---- */

#define OPEN_XML "application/vnd.openxmlformats-officedocument."
#define OPEN_DOCUMENT "application/vnd.oasis.opendocument"
#define ZIP_ENTRY STR("PK\3\4")

static size_t little_16(struct str s, size_t at)
{
    return (size_t)(unsigned char)s.p[at] | (size_t)(unsigned char)s.p[at + 1] << 8;
}

static const struct magic packed[] = {
    {STR("word/"), OPEN_XML "wordprocessingml.document"},
    {STR("xl/"), OPEN_XML "spreadsheetml.sheet"},
    {STR("ppt/"), OPEN_XML "presentationml.presentation"},
    {STR("OFD.xml"), "application/ofd"},
    {STR("mimetype"), OPEN_DOCUMENT},
    {STR("META-INF/MANIFEST.MF"), "application/java-archive"},
    {STR("AndroidManifest.xml"), "application/java-archive"},
};

/* By the names of what is packed, as far as they stand in the head. */
static const char *by_entries(struct str rest)
{
    ptrdiff_t at;
    while ((at = str_find(rest, ZIP_ENTRY)) >= 0) {
        struct str entry = str_from(rest, (size_t)at);
        if (entry.n < 30) break;
        const char *kind = BY_MAGIC(packed, str_head(str_from(entry, 30), little_16(entry, 26)));
        if (kind) return kind;
        rest = str_from(entry, ZIP_ENTRY.n);
    }
    return "application/zip";
}

/* ---- texts ---- */

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F) return true;
    }
    return false;
}

/* Pairs of GBK and fours of GB18030; the last character may be cut. */
static bool is_gb18030(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) continue;
        if (c == 0x80 || c == 0xFF) return false;
        if (i + 1 == s.n) return true;
        unsigned char second = (unsigned char)s.p[i + 1];
        if (second < 0x30 || (second > 0x39 && second < 0x40) || second == 0xFF) return false;
        i += second <= 0x39 ? 3 : 1;
    }
    return true;
}

static bool begins_with(struct str s, const char *word)
{
    size_t n = strlen(word);
    return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

static const char *markup_at(struct str tag)
{
    static const char *const page[] = {"<!doctype", "<html", "<head", "<body", "<script", "<iframe", "<object", "<embed", "<meta"};
    if (begins_with(tag, "<svg")) return "image/svg+xml";
    for (size_t i = 0; i < sizeof page / sizeof *page; i++)
        if (begins_with(tag, page[i])) return "text/html";
    return NULL;
}

static const char *by_text(struct str s)
{
    struct str start = str_trim(s);
    if (begins_with(start, "#!") || begins_with(start, "<?php") || begins_with(start, "@echo")) return "text/x-script";
    for (struct str rest = s; rest.n; rest = str_from(rest, 1)) {
        const char *tag = memchr(rest.p, '<', rest.n);
        if (!tag) break;
        rest = str_from(rest, (size_t)(tag - rest.p));
        const char *kind = markup_at(rest);
        if (kind) return kind;
    }
    return begins_with(start, "<?xml") ? "text/xml" : "text/plain";
}

static bool is_text(struct str s)
{
    return !has_control(s) && (utf8_valid(str_head(s, utf8_cut(s.p, s.n))) || is_gb18030(s));
}

const char *file_kind(struct str head)
{
    const char *kind = BY_MAGIC(sure, head);
    if (!kind) kind = by_container(head);
    if (!kind && str_starts(head, ZIP_ENTRY)) kind = by_entries(head);
    if (!kind && head.n && is_text(head)) kind = by_text(head);
    if (!kind) kind = BY_MAGIC(unsure, head);
    return kind ? kind : FILE_KIND_UNKNOWN;
}

/* ---- what is kept ---- */

/* The first line whose beginning fits. What has no setting is never kept. */
static const struct {
    const char *kind, *setting;
} kept[] = {
    {"image/svg+xml", NULL},
    {"image/vnd.dwg", "file_kind_documents"},
    {"image/", "file_kind_pictures"},
    {"video/", "file_kind_recordings"},
    {"audio/", "file_kind_recordings"},
    {"application/pdf", "file_kind_documents"},
    {"application/ofd", "file_kind_documents"},
    {"application/x-ole-storage", "file_kind_documents"},
    {OPEN_XML, "file_kind_documents"},
    {OPEN_DOCUMENT, "file_kind_documents"},
    {"text/plain", "file_kind_texts"},
    {"application/zip", "file_kind_archives"},
    {"application/vnd.rar", "file_kind_archives"},
    {"application/x-7z-compressed", "file_kind_archives"},
    {"application/gzip", "file_kind_archives"},
    {"", NULL},
};

static enum err not_kept(const char *what)
{
    err_set(ERR_INVALID,
            _("such a file is not taken here (%s): pictures, recordings, documents, texts and archives are, as far as the settings allow; "
              "programs, scripts, web pages and SVG never"),
            what);
    return err_rule("file_kind");
}

enum err file_kind_check(struct work *w, const char *kind)
{
    int64_t on = 1;
    int i = 0;
    while (!str_starts(str_of(kind), str_of(kept[i].kind))) i++;
    if (!kept[i].setting) return not_kept(kind);
    TRY(setting_int(w, kept[i].setting, 1, &on));
    return on ? OK : not_kept(kind);
}

enum err file_kind_check_name(struct str name)
{
    static const char *const endings[] = {
        ".html", ".htm", ".xhtml", ".mht", ".svg", ".hta", ".js",  ".mjs", ".jse", ".vbs", ".vbe", ".wsf", ".wsh", ".bat", ".cmd", ".ps1",
        ".sh",   ".py",  ".php",   ".jsp", ".asp", ".exe", ".dll", ".com", ".scr", ".msi", ".lnk", ".reg", ".jar", ".apk", ".chm",
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i]);
        if (name.n >= n && begins_with(str_from(name, name.n - n), endings[i])) return not_kept(endings[i]);
    }
    return OK;
}
