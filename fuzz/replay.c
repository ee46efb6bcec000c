/* replay.c — a plain driver for a fuzz target: gives it every file of the folders named, so that what fuzzing once found is
 * tried in every build, with every compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input has a heap block of its own size, so that a sanitizer sees a byte read behind it. */
static int replay(const char *path)
{
    FILE *f = fopen(path, "rb");
    long size = -1;
    if (f && fseek(f, 0, SEEK_END) == 0) size = ftell(f);
    uint8_t *data = size >= 0 && (size_t)size <= INPUT_MAX ? calloc(1, (size_t)size + (size == 0)) : NULL;
    int ok = 0;
    if (data) {
        rewind(f);
        ok = fread(data, 1, (size_t)size, f) == (size_t)size;
    }
    if (ok) LLVMFuzzerTestOneInput(data, (size_t)size);
    if (!ok) fprintf(stderr, "%s: cannot be read\n", path);
    free(data);
    if (f) fclose(f);
    return ok;
}

static int replay_folder(const char *folder)
{
    char path[4096];
    int n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (!replay(path)) exit(1);
        n++;
    }
    if (d) closedir(d);
    return n;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int n = replay_folder(argv[i]);
        printf("%s: %d inputs\n", argv[i], n);
        if (n == 0) return 1; /* an empty corpus proves nothing */
    }
    return 0;
}
