/* csv.c — fuzzing the reader of CSV and text: encodings, delimiters, quotes. */
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    read_bytes(data, n);
    return 0;
}
