/* xlsx.c — fuzzing the reader of xlsx workbooks: first as an archive; then, since few mutations survive a checksum, the
 * bytes as the parts themselves, a NUL between them: workbook, its relationships, strings, styles, sheet. */
#include "reader.h"

#include <zip.h>

static const char *const names[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml",
                                    "xl/worksheets/sheet1.xml"};
enum { PARTS = sizeof names / sizeof names[0] };

static void read_parts(const uint8_t *data, size_t n)
{
    zip_error_t error;
    zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(archive);
    zip_t *zip = zip_open_from_source(archive, ZIP_TRUNCATE, &error);
    for (int i = 0; i < PARTS; i++) {
        const uint8_t *end = n ? memchr(data, '\0', n) : NULL;
        size_t length = end ? (size_t)(end - data) : n;
        zip_int64_t at = zip_file_add(zip, names[i], zip_source_buffer(zip, data, length, 0), 0);
        if (at < 0) abort();
        zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
        data += end ? length + 1 : length;
        n -= end ? length + 1 : length;
    }
    if (zip_close(zip)) abort();
    zip_stat_t st;
    zip_source_stat(archive, &st);
    uint8_t *bytes = calloc(1, st.size);
    zip_source_open(archive);
    zip_source_read(archive, bytes, st.size);
    zip_source_close(archive);
    read_bytes(bytes, st.size);
    free(bytes);
    zip_source_free(archive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n >= 2 && data[0] == 'P' && data[1] == 'K')
        read_bytes(data, n);
    else
        read_parts(data, n);
    return 0;
}
