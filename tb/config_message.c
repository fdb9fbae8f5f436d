// SPDX-License-Identifier: Apache-2.0
//
// The messages of the reader: what users wrote is in them, line ends and escape sequences of terminals and all.
#include <ctype.h>
#include <string.h>

#include "config_parts.h"

enum { MESSAGE_MAX = 1000 }; // bytes of a message that are printed

void config_message_end(FILE *err) { fputc('\0', err); }

void config_messages_print(FILE *err, const char *text, size_t size)
{
    for (const char *end; size > 0 && (end = memchr(text, '\0', size)) != NULL; size -= (size_t)(end + 1 - text), text = end + 1) {
        size_t length = (size_t)(end - text), shown = length <= MESSAGE_MAX ? length : MESSAGE_MAX;
        while (shown < length && ((unsigned char)text[shown] & 0xc0) == 0x80)
            shown--; // within a character of UTF-8
        for (size_t i = 0; i < shown; i++)
            fputc(iscntrl((unsigned char)text[i]) ? ' ' : text[i], err);
        fputs(shown < length ? " ...\n" : "\n", err);
    }
}
