// SPDX-License-Identifier: Apache-2.0
//
// --set PATH=VALUE: an override is written into the tree that libconfig made of the file, before anything is checked, so that one
// set of checks serves both. VALUE is what could stand in the file; texts need no quotes, and lists of texts no brackets.
#include <stdlib.h>
#include <string.h>

#include "config_parts.h"

// A place on the way down a path.
struct step {
    config_setting_t *at;        // NULL: the file has nothing here
    char path[CONFIG_PATH_TEXT]; // in the table
    enum config_part part;       // what the table says of `path`
    const struct config_key *key;
    bool element;                // one of the texts that `key` is a list of
};

static void mark(config_setting_t *s, const char *set)
{
    config_setting_set_hook(s, (void *)set);
}

static void copy_value(config_setting_t *to, const config_setting_t *from, const char *set)
{
    mark(to, set);
    switch (config_setting_type(from)) {
    case CONFIG_TYPE_INT: config_setting_set_int(to, config_setting_get_int(from)); return;
    case CONFIG_TYPE_INT64: config_setting_set_int64(to, config_setting_get_int64(from)); return;
    case CONFIG_TYPE_FLOAT: config_setting_set_float(to, config_setting_get_float(from)); return;
    case CONFIG_TYPE_BOOL: config_setting_set_bool(to, config_setting_get_bool(from)); return;
    case CONFIG_TYPE_STRING: config_setting_set_string(to, config_setting_get_string(from)); return;
    }
    for (int i = 0; i < config_setting_length(from); i++) {
        config_setting_t *member = config_setting_get_elem(from, (unsigned)i);
        config_setting_t *made = config_setting_add(to, config_setting_name(member), config_setting_type(member));
        if (made)
            copy_value(made, member, set);
    }
}

// "a, b", "[a, b]" or "(\"a\", \"b\")" as members of the list `to`.
static void split_names(config_setting_t *to, const char *text, const char *set)
{
    static const char around[] = " \t\"[]()";
    while (*text) {
        text += strspn(text, around);
        size_t n = strcspn(text, ","), used = n;
        while (used > 0 && strchr(around, text[used - 1]))
            used--;
        config_setting_t *made = used ? config_setting_add(to, NULL, CONFIG_TYPE_STRING) : NULL;
        char *name = made ? calloc(1, used + 1) : NULL;
        if (name) {
            config_setting_set_string(made, memcpy(name, text, used));
            mark(made, set);
        }
        free(name);
        text += n + (text[n] == ',');
    }
}

static bool parse_value(struct config_reader *r, config_t *tree, const char *text)
{
    size_t size = strlen(text) + sizeof "v = ;";
    char *line = malloc(size);
    struct config_text piece = {0};
    bool ok = false;
    if (line) {
        snprintf(line, size, "v = %s;", text);
        ok = config_text_scan(&piece, r->set, line, r->err);
        r->errors += !ok;
    }
    if (ok && (!config_read_string(tree, piece.bytes) || config_setting_length(config_root_setting(tree)) != 1)) {
        config_destroy(tree); // no value: a text then, which the check of the type will name
        config_init(tree);
        config_setting_set_string(config_setting_add(config_root_setting(tree), "v", CONFIG_TYPE_STRING), text);
    }
    config_text_free(&piece);
    free(line);
    return ok;
}

static bool is_list(const struct config_key *key)
{
    return key->kind == KEY_TWINS || key->kind == KEY_SCENARIOS;
}

// The setting that VALUE makes, in `tree`, or NULL after a message.
static config_setting_t *make_value(struct config_reader *r, config_t *tree, const struct step *target, const char *text)
{
    config_setting_t *root = config_root_setting(tree);
    bool key = target->part == PART_KEY;
    if (key && is_list(target->key) && !target->element) {
        config_setting_t *v = config_setting_add(root, "v", CONFIG_TYPE_LIST);
        split_names(v, text, r->set);
        return v;
    }
    if (key && target->key->kind >= KEY_ENUM && *text != '"') {
        config_setting_t *v = config_setting_add(root, "v", CONFIG_TYPE_STRING);
        config_setting_set_string(v, text);
        return v;
    }
    return parse_value(r, tree, text) ? config_setting_get_member(config_root_setting(tree), "v") : NULL;
}

static bool is_tree_type(const config_setting_t *s, enum config_part part)
{
    if (part == PART_GROUP)
        return config_setting_is_group(s);
    return config_setting_is_list(s) || (part == PART_KEY && config_setting_is_array(s));
}

// The element of list `from` that `segment` names: by index, or a target by its name. One past the end is a new one.
static bool step_element(struct config_reader *r, const struct step *from, const char *segment, struct step *to)
{
    unsigned count = (unsigned)config_setting_length(from->at), index = count + 1;
    const char *names[RECORD_TARGETS];
    unsigned known = 0;
    if (segment[strspn(segment, "0123456789")] == '\0' && strlen(segment) < 9)
        index = (unsigned)strtoul(segment, NULL, 10);
    for (unsigned i = 0; i < count && from->part == PART_LIST; i++) {
        config_setting_t *element = config_setting_get_elem(from->at, i);
        const char *name = NULL;
        if (!config_setting_is_group(element) || !config_setting_lookup_string(element, "name", &name))
            continue;
        if (strcmp(name, segment) == 0)
            index = i;
        if (known < RECORD_TARGETS)
            names[known++] = name;
    }
    if (index > count) {
        const char *near = config_nearest(segment, names, known);
        if (near)
            config_key_error(r, from->at, "there is no '%s' (did you mean '%s'?)", segment, near);
        else
            config_key_error(r, from->at, "there is no '%s'; it has %u, counted from 0", segment, count);
        return false;
    }
    to->at = index < count ? config_setting_get_elem(from->at, index) : NULL;
    to->part = from->part == PART_LIST ? PART_GROUP : PART_KEY;
    to->element = true;
    return true;
}

static bool step_down(struct config_reader *r, const struct step *from, const char *segment, struct step *to)
{
    *to = *from;
    if (from->part == PART_KEY && (from->element || !is_list(from->key))) {
        config_key_error(r, NULL, "%s is one value, there is no '%s' in it", from->path, segment);
        return false;
    }
    if (!is_tree_type(from->at, from->part)) {
        config_type_error(r, from->at, from->part == PART_GROUP ? "a group { ... }" : "a list ( ... )");
        return false;
    }
    size_t n = strlen(from->path);
    if (from->part != PART_GROUP) {
        snprintf(to->path + n, sizeof to->path - n, "%s", from->part == PART_LIST ? "[]" : "");
        return step_element(r, from, segment, to);
    }
    int used = snprintf(to->path + n, sizeof to->path - n, "%s%s", n ? "." : "", segment);
    to->part = strchr(segment, '[') || n + (size_t)used >= sizeof to->path ? PART_NONE : config_part_find(to->path, &to->key);
    if (to->part == PART_NONE) {
        config_unknown_error(r, NULL, from->path, segment);
        return false;
    }
    to->at = config_setting_get_member(from->at, segment);
    to->element = false;
    return true;
}

// A step that is not the last: what the file does not have is made.
static bool descend(struct config_reader *r, struct step *step, const char *segment)
{
    struct step next;
    if (!step_down(r, step, segment, &next))
        return false;
    bool scalar = next.part == PART_KEY && (next.element || !is_list(next.key));
    if (!next.at && !scalar) {
        int type = next.part == PART_GROUP ? CONFIG_TYPE_GROUP : CONFIG_TYPE_LIST;
        next.at = config_setting_add(step->at, next.element ? NULL : segment, type);
        if (!next.at)
            return false;
        mark(next.at, r->set);
    }
    *step = next;
    return true;
}

// The twin that now drives gives its place among the shadows to the one that drove.
static void swap_twins(struct config_reader *r, config_setting_t *socket, const char *drove)
{
    const char *drives = NULL;
    config_setting_t *shadows = config_setting_get_member(socket, "shadows");
    if (!shadows || !config_setting_is_aggregate(shadows) || !config_setting_lookup_string(socket, "drives", &drives))
        return;
    for (int i = 0; i < config_setting_length(shadows); i++) {
        config_setting_t *shadow = config_setting_get_elem(shadows, (unsigned)i);
        const char *name = config_setting_get_string(shadow);
        if (name && strcmp(name, drives) == 0) {
            config_setting_set_string(shadow, drove);
            mark(shadow, r->set);
        }
    }
}

static void assign_member(struct config_reader *r, config_setting_t *group, const struct step *target, const char *name,
                          const config_setting_t *value)
{
    bool drives = target->key && strcmp(name, "drives") == 0;
    const char *old = drives && target->at ? config_setting_get_string(target->at) : NULL;
    char drove[CONFIG_NAME];
    snprintf(drove, sizeof drove, "%s", old ? old : "rtl");
    if (target->at)
        config_setting_remove(group, name);
    config_setting_t *made = config_setting_add(group, name, config_setting_type(value));
    if (!made)
        return;
    copy_value(made, value, r->set);
    if (drives && config_setting_type(made) == CONFIG_TYPE_STRING && strcmp(drove, config_setting_get_string(made)) != 0)
        swap_twins(r, group, drove);
}

// Elements are changed where they stand, as their order matters.
static void assign_element(struct config_reader *r, config_setting_t *list, const struct step *target,
                           const config_setting_t *value)
{
    int wanted = target->part == PART_GROUP ? CONFIG_TYPE_GROUP : CONFIG_TYPE_STRING;
    if (config_setting_type(value) != wanted) {
        config_key_error(r, target->at ? target->at : list, "expected %s", wanted == CONFIG_TYPE_GROUP ? "a group { ... }" : "a string");
        return;
    }
    config_setting_t *element = target->at ? target->at : config_setting_add(list, NULL, wanted);
    if (!element || config_setting_type(element) != wanted)
        return; // what the file has here is wrong, and will be called so
    while (wanted == CONFIG_TYPE_GROUP && config_setting_length(element) > 0)
        config_setting_remove_elem(element, 0);
    copy_value(element, value, r->set);
}

static void apply(struct config_reader *r, char *path, const char *text)
{
    struct step step = {config_root_setting(&r->tree), "", PART_GROUP, NULL, false}, target;
    char *segment = path, *dot;
    for (; (dot = strchr(segment, '.')) != NULL; segment = dot + 1) {
        *dot = '\0';
        if (!descend(r, &step, segment))
            return;
    }
    if (!step_down(r, &step, segment, &target))
        return;
    config_t tree;
    config_init(&tree);
    const config_setting_t *value = make_value(r, &tree, &target, text);
    if (value && target.element)
        assign_element(r, step.at, &target, value);
    else if (value)
        assign_member(r, step.at, &target, segment, value);
    config_destroy(&tree);
}

void config_apply_set(struct config_reader *r, const char *set)
{
    const char *equals = strchr(set, '=');
    r->set = set;
    size_t n = equals ? (size_t)(equals - set) : 0;
    char *path = calloc(1, n + 1);
    if (!equals || n == 0)
        config_key_error(r, NULL, "expected PATH=VALUE, such as stimulus.seed=7");
    else if (path)
        apply(r, memcpy(path, set, n), equals + 1);
    free(path);
    r->set = NULL;
}
