// SPDX-License-Identifier: Apache-2.0
#include "report_parts.h"

#include <string.h>

// The length of the UTF-8 sequence at `s` if it is a character that XML 1.0 allows; 0 if not.
static unsigned character(const unsigned char *s) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned length = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    unsigned code = length == 1 ? s[0] : s[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    if (length == 0 || code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff)
        return 0;
    return code >= 0x20 || code == '\n' || code == '\t' ? length : 0;
}

void markup_put(FILE *out, const char *text) {
    while (*text) {
        unsigned length = character((const unsigned char *)text);
        if (length == 0)
            fputs("\xef\xbf\xbd", out);
        else if (strchr("&<>\"'", *text))
            fprintf(out, "&#%d;", *text);
        else
            fwrite(text, 1, length, out);
        text += length ? length : 1;
    }
}
