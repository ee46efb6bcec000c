/* xls.c — fuzzing the reader of old Excel workbooks. What goes wrong in freexl must stay in its process; our own code that
 * runs there is called here as well, where a fault shows. */
#include "reader.h"

#include "exchange/xls_formula.h"

static void read_formulas(const uint8_t *data, size_t n)
{
    struct formulas f;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n) abort();
    if (formulas_read(&f, fd, 0)) {
        for (size_t i = 0; i < f.n; i++)
            if (f.cell[i].from + f.cell[i].n > f.text.n || !formulas_at(&f, f.cell[i].row, f.cell[i].col)) abort();
    }
    formulas_release(&f);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    read_formulas(data, n);
    if (n % 8 == 0) read_bytes(data, n); /* two processes for each file take their time */
    return 0;
}
