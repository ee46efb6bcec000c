/* xls.c — fuzzing the reader of old Excel workbooks; what goes wrong in freexl must stay in its process. */
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    read_bytes(data, n);
    return 0;
}
