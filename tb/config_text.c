// SPDX-License-Identifier: Apache-2.0
//
// The text of a configuration file, made safe for libconfig 1.5. That version
//   - takes 5000000000 for 705032704, silently, unless it is written 5000000000L: we write the L;
//   - ends the process when asked to read a folder, and does not name an @include that it cannot open: we do the including,
//     by its rules (at the start of a line, up to ten deep), relative to the folder of the first file;
//   - accepts a comment or an include that is never closed: we do not.
// Comments are dropped on the way. Everything else reaches libconfig as it was written.
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "config_parts.h"

enum { DEPTH = 10, BYTES_MAX = 4 << 20, CHUNK = 4096 };

struct scan {
    struct config_text *text;
    FILE *err;
    const char *file; // as messages name it
    const char *at, *end;
    int line;
    unsigned depth;
    bool may_include;
};

static bool complain(const struct scan *s, int line, const char *what, const char *detail, size_t length)
{
    if (s->may_include)
        fprintf(s->err, "%s:%d: %s%.*s", s->file, line, what, (int)length, detail);
    else
        fprintf(s->err, "--set %s: %s%.*s", s->file, what, (int)length, detail);
    config_message_end(s->err);
    return false;
}

static void put(struct config_text *t, char c)
{
    if (t->length + 2 > t->room) {
        size_t room = t->room ? 2 * t->room : CHUNK;
        char *bytes = room <= 2 * BYTES_MAX ? realloc(t->bytes, room) : NULL;
        if (!bytes) {
            t->full = true;
            return;
        }
        t->bytes = bytes;
        t->room = room;
    }
    t->bytes[t->length++] = c;
    t->bytes[t->length] = '\0';
}

// From here on the text is line `line` of `file`.
static void put_place(struct config_text *t, const char *file, int line)
{
    if (t->lines == t->places_room) {
        size_t room = t->places_room ? 2 * t->places_room : 256;
        struct config_place *places = realloc(t->places, room * sizeof *places);
        if (!places) {
            t->full = true;
            return;
        }
        t->places = places;
        t->places_room = room;
    }
    t->places[t->lines++] = (struct config_place){file, line};
}

static void copy(struct scan *s)
{
    char c = *s->at++;
    put(s->text, c);
    if (c == '\n')
        put_place(s->text, s->file, ++s->line);
}

static void skip(struct scan *s)
{
    if (*s->at == '\n')
        copy(s);
    else
        s->at++;
}

static bool starts(const struct scan *s, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(s->end - s->at) >= n && memcmp(s->at, word, n) == 0;
}

static bool scan_comment(struct scan *s)
{
    if (!starts(s, "/*")) {
        while (s->at < s->end && *s->at != '\n')
            s->at++;
        return true;
    }
    int opened = s->line;
    for (s->at += 2; s->at < s->end; skip(s))
        if (starts(s, "*/")) {
            s->at += 2;
            put(s->text, ' ');
            return true;
        }
    return complain(s, opened, "this comment is never closed", "", 0);
}

static bool scan_string(struct scan *s)
{
    int opened = s->line;
    copy(s);
    while (s->at < s->end) {
        char c = *s->at;
        copy(s);
        if (c == '\\' && s->at < s->end)
            copy(s);
        else if (c == '"')
            return true;
    }
    return complain(s, opened, "this string is never closed", "", 0);
}

static void scan_name(struct scan *s)
{
    while (s->at < s->end && (isalnum((unsigned char)*s->at) || strchr("-_*", *s->at)) && *s->at)
        copy(s);
}

// An integer gets the suffix L if it needs one; a float is left alone.
static bool scan_number(struct scan *s)
{
    const char *first = s->at, *at = first + (*first == '-' || *first == '+');
    bool hex = s->end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && isxdigit((unsigned char)at[2]);
    bool negative = *first == '-', fits = true;
    unsigned long long value = 0, most = (unsigned long long)LLONG_MAX + (negative ? 1 : 0), base = hex ? 16 : 10;
    for (at += hex ? 2 : 0; at < s->end && (hex ? isxdigit((unsigned char)*at) : isdigit((unsigned char)*at)); at++) {
        unsigned digit = isdigit((unsigned char)*at) ? (unsigned)(*at - '0') : (unsigned)(tolower(*at) - 'a' + 10);
        fits = fits && value <= (most - digit) / base;
        value = value * base + digit;
    }
    bool decimal_point = !hex && at < s->end && (*at == '.' || *at == 'e' || *at == 'E');
    if (!fits && !decimal_point)
        return complain(s, s->line, "this number does not fit in 64 bits: ", first, (size_t)(at - first));
    while (s->at < at)
        copy(s);
    if (decimal_point) {
        while (s->at < s->end && *s->at && strchr("0123456789.eE+-", *s->at))
            copy(s);
    } else if (s->at < s->end && *s->at == 'L') {
        while (s->at < s->end && *s->at == 'L')
            copy(s);
    } else if (value > (unsigned long long)INT_MAX + (negative ? 1 : 0)) {
        put(s->text, 'L');
    }
    return true;
}

static bool scan_all(struct scan *s);

// The whole file, or NULL with errno set.
static char *slurp(const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    char *bytes = NULL;
    size_t room = 0, n = 0;
    *length = 0;
    do {
        if (*length == room) {
            char *more = room < BYTES_MAX ? realloc(bytes, room = room ? 2 * room : CHUNK) : NULL;
            if (!more) {
                errno = room < BYTES_MAX ? ENOMEM : EFBIG;
                goto failed;
            }
            bytes = more;
        }
        errno = 0;
        n = fread(bytes + *length, 1, room - *length, f);
        *length += n;
    } while (n > 0);
    if (!ferror(f)) {
        fclose(f);
        return bytes;
    }
failed:;
    int why = errno ? errno : EIO;
    free(bytes);
    fclose(f);
    errno = why;
    return NULL;
}

static const char *keep_name(struct config_text *t, const char *path)
{
    for (unsigned i = 0; i < t->files; i++)
        if (strcmp(t->file[i], path) == 0)
            return t->file[i];
    if (t->files == CONFIG_FILES) {
        t->full = true;
        return path;
    }
    snprintf(t->file[t->files], CONFIG_PATH, "%s", path);
    return t->file[t->files++];
}

// Relative names are looked up in the folder of the first file.
static bool included_path(const struct scan *s, const char *name, size_t length, char *path)
{
    const char *first = s->text->file[0], *slash = strrchr(first, '/');
    int folder = slash && *name != '/' ? (int)(slash - first) + 1 : 0;
    int n = snprintf(path, CONFIG_PATH, "%.*s%.*s", folder, first, (int)length, name);
    return n < CONFIG_PATH;
}

// At `@include "name"`. Text of another shape is left to libconfig, which calls it a syntax error.
static bool scan_include(struct scan *s)
{
    const char *name = s->at + strlen("@include");
    const char *blank = name;
    while (name < s->end && (*name == ' ' || *name == '\t'))
        name++;
    const char *close = name < s->end && *name == '"' && name > blank ? name + 1 : NULL;
    while (close && close < s->end && *close != '"' && *close != '\n')
        close++;
    if (!close || close == s->end || *close != '"') {
        copy(s);
        return true;
    }
    name++;
    char path[CONFIG_PATH];
    if (!included_path(s, name, (size_t)(close - name), path))
        return complain(s, s->line, "the path of this include is too long", "", 0);
    if (s->depth == DEPTH)
        return complain(s, s->line, "includes are nested too deep: ", path, strlen(path));
    size_t length = 0;
    char *bytes = slurp(path, &length);
    if (!bytes) {
        fprintf(s->err, "%s:%d: cannot read the included file %s: %s", s->file, s->line, path, strerror(errno));
        config_message_end(s->err);
        return false;
    }
    struct scan in = {s->text, s->err, keep_name(s->text, path), bytes, bytes + length, 1, s->depth + 1, true};
    put(s->text, '\n');
    put_place(s->text, in.file, 1);
    bool ok = scan_all(&in);
    free(bytes);
    put(s->text, '\n');
    put_place(s->text, s->file, s->line);
    s->at = close + 1;
    return ok;
}

static bool scan_all(struct scan *s)
{
    bool ok = true, line_start = true;
    while (ok && s->at < s->end && !s->text->full) {
        char c = *s->at;
        bool signed_digit = (c == '-' || c == '+') && s->end - s->at > 1 && isdigit((unsigned char)s->at[1]);
        if (c == '\0')
            return complain(s, s->line, "there is a NUL byte here: not a text file", "", 0);
        if (s->may_include && line_start && starts(s, "@include"))
            ok = scan_include(s);
        else if (c == '#' || starts(s, "//") || starts(s, "/*"))
            ok = scan_comment(s);
        else if (c == '"')
            ok = scan_string(s);
        else if (isdigit((unsigned char)c) || signed_digit)
            ok = scan_number(s);
        else if (isalpha((unsigned char)c) || c == '*')
            scan_name(s);
        else
            copy(s);
        line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
    }
    return ok;
}

static bool finish(struct scan *s, bool ok)
{
    put(s->text, '\n');
    if (ok && s->text->full)
        return complain(s, s->line, "too large: a configuration has at most 16 files and 4 MiB", "", 0);
    return ok;
}

bool config_text_read(struct config_text *t, const char *path, FILE *err)
{
    *t = (struct config_text){0};
    size_t length = 0;
    char *bytes = slurp(path, &length);
    if (!bytes) {
        fprintf(err, "%s: cannot read: %s", path, strerror(errno));
        config_message_end(err);
        return false;
    }
    struct scan s = {t, err, keep_name(t, path), bytes, bytes + length, 1, 0, true};
    put_place(t, s.file, 1);
    bool ok = finish(&s, scan_all(&s));
    free(bytes);
    return ok;
}

bool config_text_scan(struct config_text *t, const char *from, const char *piece, FILE *err)
{
    *t = (struct config_text){0};
    struct scan s = {t, err, from, piece, piece + strlen(piece), 1, 0, false};
    put_place(t, s.file, 1);
    return finish(&s, scan_all(&s));
}

void config_text_free(struct config_text *t)
{
    free(t->bytes);
    free(t->places);
}
