// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": Damerau-Levenshtein distance (insert, delete, replace, swap two neighbours), letters of either case alike.
// Near is one slip for every three characters; a word of three or more letters that another begins with counts as one slip.
#include <ctype.h>
#include <string.h>

#include "config.h"

enum { WORD_MAX = 64 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[3][WORD_MAX + 1]; // of the matrix: before last, last, this one, in turn
    for (unsigned j = 0; j <= b_length; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= a_length; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= b_length; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = least(last[j - 1] + (x != y), 1 + least(last[j], now[j - 1]));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[a_length % 3][b_length];
}

const char *config_nearest(const char *word, const char *const *candidates, unsigned count)
{
    const char *nearest = NULL;
    unsigned nearest_distance = WORD_MAX;
    size_t length = word ? strlen(word) : 0;
    for (unsigned i = 0; i < count && length > 0 && length <= WORD_MAX; i++) {
        size_t other = candidates[i] ? strlen(candidates[i]) : 0;
        if (other == 0 || other > WORD_MAX)
            continue;
        unsigned d = distance(word, length, candidates[i], other);
        size_t longer = length > other ? length : other;
        if (length >= 3 && length < other && strncmp(word, candidates[i], length) == 0)
            d = 1;
        if (d <= (longer + 2) / 3 && d < longer && d < nearest_distance) {
            nearest = candidates[i];
            nearest_distance = d;
        }
    }
    return nearest;
}
