// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned terminal_columns(int fd) {
    struct winsize size;
    if (!isatty(fd))
        return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

void terminal_wrap(FILE *out, unsigned indent, unsigned columns, const char *text) {
    size_t at = indent;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        if (columns && at > indent && at + 1 + length > columns) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, length, out);
        at += length;
        text += length;
    }
    fputc('\n', out);
}
