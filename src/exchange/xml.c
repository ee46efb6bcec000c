/* xml.c — parts of an xlsx package through libzip and expat. See xml.h. */
#include "exchange/xml.h"

#include "base/lang.h"
#include "base/mem.h"

#define CHUNK 16384
#define RATIO_MAX 300                  /* real sheets pack to 1/10 … 1/100, a bomb to 1/1000 … */
#define RATIO_FREE (INT64_C(16) << 20) /* … but what is small does no harm */

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

struct str xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(local(attributes[0]), name) == 0) return str_of(attributes[1]);
    return STR_NONE;
}

bool xml_flag(const char **attributes, const char *name)
{
    struct str s = xml_attribute(attributes, name);
    return str_is(s, "1") || str_is(s, "true");
}

static void check(struct xml *x, enum err e)
{
    if (!e || x->failed) return;
    x->failed = e;
    XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = user;
    if (x->failed) return; /* expat may have a call or two left after it was stopped */
    if (++x->depth > XML_DEPTH_MAX) {
        check(x, err_set(ERR_UNREADABLE, _("“%s” in the workbook is nested too deep"), x->part));
        return;
    }
    check(x, x->handler->start(x, local(name), attributes));
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct xml *x = user;
    if (x->failed) return;
    x->depth--;
    if (x->handler->end) check(x, x->handler->end(x, local(name)));
}

static void XMLCALL on_text(void *user, const XML_Char *p, int n)
{
    struct xml *x = user;
    if (!x->failed) check(x, x->handler->text(x, (struct str){p, (size_t)n}));
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    struct xml *x = user;
    (void)name, (void)system, (void)public, (void)internal;
    check(x, err_set(ERR_UNREADABLE, _("“%s” in the workbook declares a document type, which no workbook does"), x->part));
}

static enum err zip_failed(const struct xml *x, const zip_error_t *e)
{
    if (zip_error_code_zip(e) == ZIP_ER_MEMORY) return err_no_memory();
    if (zip_error_code_zip(e) == ZIP_ER_NOPASSWD) return err_set(ERR_UNREADABLE, _("the workbook is protected by a password"));
    return err_set(ERR_UNREADABLE, _("“%s” in the workbook is damaged"), x->part);
}

static enum err open_part(struct xml *x, zip_t *zip)
{
    zip_int64_t i = zip_name_locate(zip, x->part, ZIP_FL_NOCASE);
    zip_stat_t st;
    if (i < 0) return err_set(ERR_NOT_FOUND, _("the workbook has no part “%s”"), x->part);
    if (zip_stat_index(zip, (zip_uint64_t)i, 0, &st) < 0) return zip_failed(x, zip_get_error(zip));
    x->packed = (int64_t)st.comp_size;
    x->file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
    return x->file ? OK : zip_failed(x, zip_get_error(zip));
}

enum err xml_open(struct xml *x, zip_t *zip, const char *part, int64_t unpacked_max, const struct xml_handler *handler, void *user)
{
    static const XML_Memory_Handling_Suite heap = {mem_alloc, mem_resize, mem_free};
    *x = (struct xml){.handler = handler, .user = user, .part = part, .unpacked_max = unpacked_max};
    TRY(open_part(x, zip));
    x->parser = XML_ParserCreate_MM(NULL, &heap, NULL);
    if (!x->parser) {
        xml_close(x);
        return err_no_memory();
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    if (handler->text) XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return OK;
}

void xml_close(struct xml *x)
{
    if (x->parser) XML_ParserFree(x->parser);
    if (x->file) zip_fclose(x->file);
    *x = (struct xml){0};
}

void xml_pause(struct xml *x)
{
    x->suspended = true;
    XML_StopParser(x->parser, XML_TRUE);
}

static enum err after_parsing(struct xml *x, enum XML_Status status)
{
    if (x->failed) return x->failed;
    if (status == XML_STATUS_ERROR) {
        enum XML_Error why = XML_GetErrorCode(x->parser);
        if (why == XML_ERROR_NO_MEMORY) return x->failed = err_no_memory();
        return x->failed = err_set(ERR_UNREADABLE, _("“%s” in the workbook is damaged in line %lu: %s"), x->part,
                                   (unsigned long)XML_GetCurrentLineNumber(x->parser), XML_ErrorString(why));
    }
    x->suspended = status == XML_STATUS_SUSPENDED;
    return OK;
}

static enum err count_unpacked(struct xml *x, int64_t n)
{
    x->unpacked += n;
    bool bomb = x->unpacked > RATIO_FREE && x->unpacked / RATIO_MAX > x->packed;
    if (x->unpacked <= x->unpacked_max && !bomb) return OK;
    return x->failed = err_set(ERR_TOO_BIG, _("“%s” unpacks to more than %lld bytes; it looks like a ZIP bomb"), x->part,
                               (long long)x->unpacked - n);
}

enum err xml_run(struct xml *x)
{
    if (x->failed) return x->failed;
    if (x->suspended) {
        TRY(after_parsing(x, XML_ResumeParser(x->parser)));
        if (x->suspended) return OK;
        XML_ParsingStatus status;
        XML_GetParsingStatus(x->parser, &status);
        x->ended = status.finalBuffer;
    }
    while (!x->ended && !x->suspended) {
        void *p = XML_GetBuffer(x->parser, CHUNK);
        if (!p) return x->failed = err_no_memory();
        zip_int64_t n = zip_fread(x->file, p, CHUNK);
        if (n < 0) return x->failed = zip_failed(x, zip_file_get_error(x->file));
        TRY(count_unpacked(x, n));
        TRY(after_parsing(x, XML_ParseBuffer(x->parser, (int)n, n == 0)));
        x->ended = n == 0 && !x->suspended;
    }
    return OK;
}

enum err xml_read(zip_t *zip, const char *part, int64_t unpacked_max, const struct xml_handler *handler, void *user)
{
    struct xml x;
    TRY(xml_open(&x, zip, part, unpacked_max, handler, user));
    enum err e = xml_run(&x);
    xml_close(&x);
    return e;
}
