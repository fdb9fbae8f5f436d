// SPDX-License-Identifier: Apache-2.0
//
// Reading the configuration: the file's text, libconfig's tree of it, the overrides, then every setting against the table of keys.
// All complaints of one pass are made before giving up; only an unreadable file or a syntax error ends it at once.
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config_parts.h"

// ---- messages --------------------------------------------------------------------------------------------------------

static const char *set_of(const struct config_reader *r, const config_setting_t *at)
{
    if (r->set)
        return r->set;
    return at ? config_setting_get_hook(at) : NULL;
}

static struct config_place place_of(const struct config_reader *r, unsigned line)
{
    if (line == 0 || line > r->text.lines)
        return (struct config_place){r->text.file[0], 0};
    return r->text.places[line - 1];
}

void config_where(const struct config_reader *r, const config_setting_t *at, char *text, size_t size)
{
    const char *set = set_of(r, at);
    struct config_place place = place_of(r, at ? config_setting_source_line(at) : 0);
    if (set)
        snprintf(text, size, "--set %s", set);
    else if (place.line)
        snprintf(text, size, "%s:%d", place.file, place.line);
    else
        snprintf(text, size, "%s", place.file);
}

int config_line(const struct config_reader *r, const config_setting_t *at)
{
    struct config_place place = place_of(r, at && !set_of(r, at) ? config_setting_source_line(at) : 0);
    return place.file == r->text.file[0] ? place.line : 0;
}

// "board.targets.0.addr"; nothing for the root.
static size_t path_text(const config_setting_t *at, char *text, size_t size)
{
    const config_setting_t *parent = config_setting_parent(at);
    if (!parent)
        return 0;
    size_t n = path_text(parent, text, size);
    const char *dot = n ? "." : "";
    int used = config_setting_name(at) ? snprintf(text + n, size - n, "%s%s", dot, config_setting_name(at))
                                       : snprintf(text + n, size - n, "%s%d", dot, config_setting_index(at));
    n += (size_t)used;
    return n < size ? n : size - 1;
}

// "sim.cfg:12: clock_hz: ", or "--set clock_hz=0: ", which says already which key it is.
static void print_where(struct config_reader *r, const config_setting_t *at)
{
    char where[2 * CONFIG_PATH], path[CONFIG_PATH_TEXT] = "";
    const char *set = set_of(r, at);
    config_where(r, at, where, sizeof where);
    size_t n = at ? path_text(at, path, sizeof path) : 0;
    bool said = set && strncmp(set, path, n) == 0 && set[n] == '=';
    fprintf(r->err, "%s: %s%s", where, said ? "" : path, said || n == 0 ? "" : ": ");
}

void config_key_error(struct config_reader *r, const config_setting_t *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_where(r, at);
    vfprintf(r->err, format, args);
    config_message_end(r->err);
    va_end(args);
    r->errors++;
}

static void print_what_it_is(FILE *out, const config_setting_t *s)
{
    switch (config_setting_type(s)) {
    case CONFIG_TYPE_GROUP: fputs("a group", out); break;
    case CONFIG_TYPE_LIST: fputs("a list", out); break;
    case CONFIG_TYPE_ARRAY: fputs("an array", out); break;
    case CONFIG_TYPE_FLOAT: fprintf(out, "the float %g", config_setting_get_float(s)); break;
    case CONFIG_TYPE_BOOL: fprintf(out, "the boolean %s", config_setting_get_bool(s) ? "true" : "false"); break;
    case CONFIG_TYPE_STRING: fprintf(out, "the string \"%s\"", config_setting_get_string(s)); break;
    default: fprintf(out, "the integer %lld", config_setting_get_int64(s));
    }
}

void config_type_error(struct config_reader *r, const config_setting_t *at, const char *expected)
{
    print_where(r, at);
    fprintf(r->err, "expected %s, not ", expected);
    print_what_it_is(r->err, at);
    config_message_end(r->err);
    r->errors++;
}

// A key that stands under this name in another group, if there is one.
static const char *key_elsewhere(const char *name)
{
    for (unsigned i = 0; i < config_key_count; i++) {
        const char *last = strrchr(config_keys[i].path, '.');
        if (last && strcmp(last + 1, name) == 0)
            return config_keys[i].path;
    }
    return NULL;
}

void config_unknown_error(struct config_reader *r, const config_setting_t *at, const char *path, const char *name)
{
    char names[32][CONFIG_NAME], where[2 * CONFIG_PATH];
    const char *candidates[32];
    unsigned count = config_part_names(path, names, 32);
    for (unsigned i = 0; i < count; i++)
        candidates[i] = names[i];
    const char *near = config_nearest(name, candidates, count), *elsewhere = key_elsewhere(name);
    config_where(r, at, where, sizeof where);
    fprintf(r->err, "%s: unknown key '%s'%s%s", where, name, *path ? " in " : "", path);
    if (near || elsewhere) {
        fprintf(r->err, " (did you mean '%s'?)", near ? near : elsewhere);
    } else {
        for (unsigned i = 0; i < count; i++)
            fprintf(r->err, "%s%s", i ? ", " : " (known: ", names[i]);
        fputs(")", r->err);
    }
    config_message_end(r->err);
    r->errors++;
}

void config_choice_error(struct config_reader *r, const config_setting_t *at, const struct config_choice *choice,
                         const char *word)
{
    const char *near = config_nearest(word, choice->names, choice->count);
    char known[128] = "";
    for (unsigned i = 0, n = 0; i < choice->count && n < sizeof known; i++)
        n += (unsigned)snprintf(known + n, sizeof known - n, "%s%s", i ? ", " : "", choice->names[i]);
    if (near)
        config_key_error(r, at, "unknown %s '%s' (did you mean '%s'?)", choice->noun, word, near);
    else
        config_key_error(r, at, "unknown %s '%s' (known: %s)", choice->noun, word, known);
}

// ---- one key ---------------------------------------------------------------------------------------------------------

static void read_address(struct config_reader *r, const config_setting_t *s, long long value, uint8_t *to)
{
    if (value < 0 || value > 0x7f)
        config_key_error(r, s, "%s0x%02llx is no 7-bit address (0x08 .. 0x77)", value < 0 ? "-" : "",
                         value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value);
    else if (value < 0x08 || value > 0x77)
        config_key_error(r, s, "address 0x%02llx is reserved (UM10204 table 4)", (unsigned long long)value);
    else
        *to = (uint8_t)value;
}

static void read_number(struct config_reader *r, const struct config_key *key, const config_setting_t *s, void *to)
{
    int type = config_setting_type(s);
    unsigned errors = r->errors;
    long long value = config_setting_get_int64(s);
    bool in_range = value >= 0 && (uint64_t)value >= key->low && (uint64_t)value <= key->high;
    bool power = value > 0 && (value & (value - 1)) == 0;
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        config_type_error(r, s, "an integer");
    else if (key->kind == KEY_ADDRESS)
        read_address(r, s, value, to);
    else if (!in_range || (key->kind == KEY_POWER && !power))
        config_key_error(r, s, "%lld is out of range: %" PRIu64 " .. %" PRIu64 "%s", value, key->low, key->high,
                         key->kind == KEY_POWER ? ", a power of two" : "");
    else if (key->size == sizeof(uint64_t))
        *(uint64_t *)to = (uint64_t)value;
    else
        *(unsigned *)to = (unsigned)value;
    r->numbers_failed |= r->errors > errors;
}

static void read_flag(struct config_reader *r, const struct config_key *key, const config_setting_t *s, unsigned *to)
{
    if (config_setting_type(s) != CONFIG_TYPE_BOOL)
        config_type_error(r, s, "true or false");
    else if (config_setting_get_bool(s))
        *to |= 1u << key->low;
    else
        *to &= ~(1u << key->low);
}

static bool only_made_of(const char *text, const char *also)
{
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr(also, *text))
            return false;
    return true;
}

// A choice that is not known is kept as one past the last, or as no text, so that later checks can leave it out.
static void read_choice(struct config_reader *r, const struct config_key *key, const config_setting_t *s, void *to)
{
    const char *text = config_setting_get_string(s);
    unsigned which = text ? config_choice_find(key->choice, text) : key->choice->count;
    if (!text)
        config_type_error(r, s, "a string");
    else if (which == key->choice->count)
        config_choice_error(r, s, key->choice, text);
    if (key->kind == KEY_ENUM)
        *(unsigned *)to = which;
    else
        snprintf(to, key->size, "%s", which < key->choice->count ? text : "");
}

static void read_text(struct config_reader *r, const struct config_key *key, const config_setting_t *s, void *to)
{
    const char *text = config_setting_get_string(s);
    if (!text) {
        config_type_error(r, s, "a string");
    } else if (!*text || strlen(text) >= key->size) {
        config_key_error(r, s, "a name has 1 .. %zu characters, this one %zu", key->size - 1, strlen(text));
    } else if (key->kind == KEY_IDENTIFIER && (!only_made_of(text, "_") || isdigit((unsigned char)*text))) {
        config_key_error(r, s, "'%s' is no name: letters, digits and _ are, not beginning with a digit", text);
    } else if (key->kind == KEY_FOLDER && (!only_made_of(text, "._-") || *text == '.' || *text == '-')) {
        config_key_error(r, s, "'%s' is no name of a folder: letters, digits and . _ - are, beginning with a letter or digit", text);
    } else {
        snprintf(to, key->size, "%s", text);
    }
}

static void read_twin(struct config_reader *r, const config_setting_t *s, const char *name, bool *present)
{
    unsigned twin = config_choice_find(&config_twins, name);
    if (twin == config_twins.count)
        config_choice_error(r, s, &config_twins, name);
    else if (present[twin])
        config_key_error(r, s, "twin '%s' is listed twice", name);
    else
        present[twin] = true;
}

static void read_scenario(struct config_reader *r, const config_setting_t *s, const char *name)
{
    struct config *c = r->c;
    size_t n = strlen(name);
    bool is_path = n > 4 && strcmp(name + n - 4, ".tcl") == 0;
    if (n == 0 || n >= sizeof *c->scenario) {
        config_key_error(r, s, "a scenario has 1 .. %zu characters, this one %zu", sizeof *c->scenario - 1, n);
    } else if (!is_path && !only_made_of(name, "_-")) {
        config_key_error(r, s, "'%s' is neither a name (letters, digits, _ -) nor a path ending in .tcl", name);
    } else if (is_path && strpbrk(name, "\"\\\r\n")) {
        config_key_error(r, s, "a path must not have quotes, backslashes or line ends in it");
    } else if (c->scenarios < CONFIG_SCENARIOS) {
        c->scenario_line[c->scenarios] = config_line(r, s);
        memcpy(c->scenario[c->scenarios++], name, n + 1);
    }
}

static void read_names(struct config_reader *r, const struct config_key *key, const config_setting_t *s, void *to)
{
    int type = config_setting_type(s), count = config_setting_length(s);
    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST) {
        config_type_error(r, s, "a list of strings [ ... ]");
        return;
    }
    if (key->kind == KEY_SCENARIOS && count > CONFIG_SCENARIOS)
        config_key_error(r, s, "%d scenarios, at most %d", count, CONFIG_SCENARIOS);
    for (int i = 0; i < count; i++) {
        const config_setting_t *element = config_setting_get_elem(s, (unsigned)i);
        const char *name = config_setting_get_string(element);
        if (!name)
            config_type_error(r, element, "a string");
        else if (key->kind == KEY_TWINS)
            read_twin(r, element, name, to);
        else
            read_scenario(r, element, name);
    }
}

static void read_key(struct config_reader *r, const struct config_key *key, const config_setting_t *s, unsigned socket)
{
    void *to = config_key_value(r->c, key, socket);
    switch (key->kind) {
    case KEY_NUMBER:
    case KEY_POWER:
    case KEY_ADDRESS: read_number(r, key, s, to); break;
    case KEY_FLAG: read_flag(r, key, s, to); break;
    case KEY_ENUM:
    case KEY_CHOICE: read_choice(r, key, s, to); break;
    case KEY_IDENTIFIER:
    case KEY_FOLDER: read_text(r, key, s, to); break;
    case KEY_TWINS:
    case KEY_SCENARIOS: read_names(r, key, s, to); break;
    }
}

// ---- the tree --------------------------------------------------------------------------------------------------------

static void read_group(struct config_reader *r, config_setting_t *group, const char *path, unsigned socket);

// The only list of groups is board.targets.
static void read_targets(struct config_reader *r, const config_setting_t *list, const char *path)
{
    int count = config_setting_length(list);
    if (!config_setting_is_list(list) && !(config_setting_is_array(list) && count == 0)) {
        config_type_error(r, list, "a list of groups ( { ... }, ... )");
        return;
    }
    if (count > RECORD_TARGETS) {
        config_key_error(r, list, "%d targets, at most %d", count, RECORD_TARGETS);
        count = RECORD_TARGETS;
    }
    r->c->targets = (unsigned)count;
    for (unsigned i = 0; i < r->c->targets; i++) {
        config_setting_t *target = config_setting_get_elem(list, i);
        r->socket[1 + i] = target;
        if (config_setting_is_group(target))
            read_group(r, target, path, 1 + i);
        else
            config_type_error(r, target, "a group { ... }");
    }
}

static void read_group(struct config_reader *r, config_setting_t *group, const char *path, unsigned socket)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
        const struct config_key *key = NULL;
        char below[CONFIG_PATH_TEXT];
        int n = snprintf(below, sizeof below - 2, "%s%s%s", path, *path ? "." : "", config_setting_name(s));
        enum config_part part = n < (int)sizeof below - 2 ? config_part_find(below, &key) : PART_NONE;
        if (part == PART_NONE)
            config_unknown_error(r, s, path, config_setting_name(s));
        else if (part == PART_KEY)
            read_key(r, key, s, socket);
        else if (part == PART_LIST)
            read_targets(r, s, strcat(below, "[]"));
        else if (config_setting_is_group(s))
            read_group(r, s, below, socket);
        else
            config_type_error(r, s, "a group { ... }");
        if (part == PART_GROUP && strcmp(below, "board.controller") == 0 && config_setting_is_group(s))
            r->socket[0] = s;
    }
}

#ifdef __SANITIZE_ADDRESS__
// libconfig 1.5 forgets the string that it read last before a syntax error.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}
#endif

static bool parse(struct config_reader *r)
{
    if (config_read_string(&r->tree, r->text.bytes))
        return true;
    unsigned line = (unsigned)config_error_line(&r->tree);
    line = line < r->text.lines ? line : (unsigned)r->text.lines;
    struct config_place place = place_of(r, line);
    const char *text = r->text.bytes;
    for (unsigned i = 1; i < line && strchr(text, '\n'); i++)
        text = strchr(text, '\n') + 1;
    text += strspn(text, " \t\r");
    int length = (int)strcspn(text, "\r\n");
    fprintf(r->err, "%s:%d: %s at or before: %.*s", place.file, place.line, config_error_text(&r->tree), length && length < 60 ? length : 60,
            length ? text : "the end of the file");
    config_message_end(r->err);
    return false;
}

bool config_load(struct config *c, const char *path, const char *const *sets, unsigned set_count, FILE *err)
{
    char *said = NULL;
    size_t size = 0;
    struct config_reader r = {.c = c, .err = open_memstream(&said, &size)};
    if (!r.err) {
        fprintf(err, "%s: cannot read: %s\n", path, strerror(errno));
        return false;
    }
    config_set_defaults(c);
    snprintf(c->file, sizeof c->file, "%s", path);
    config_init(&r.tree);
    bool ok = config_text_read(&r.text, path, r.err) && parse(&r);
    if (ok) {
        for (unsigned i = 0; i < set_count; i++)
            config_apply_set(&r, sets[i]);
        read_group(&r, config_root_setting(&r.tree), "", 0);
        config_check(&r);
    }
    config_destroy(&r.tree);
    config_text_free(&r.text);
    fclose(r.err);
    config_messages_print(err, said, size);
    free(said);
    return ok && r.errors == 0;
}
