// SPDX-License-Identifier: Apache-2.0
//
// Where a waveform is written to: a file, or vcd2fst at the other end of a pipe. A write that fails is remembered and never ends the
// program. The file ends with a whole line; on a full disk it gives its last megabyte or two back, so that the reports have room.
#ifndef TWINWIRE_WAVE_FILE_H
#define TWINWIRE_WAVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wave_file {
    int fd;
    pid_t converter;      // vcd2fst, 0: none
    int error;            // errno of the first write that failed, 0: none
    off_t size, whole;    // bytes written; up to the end of the last line
    off_t mark, back;     // ends of lines, about a megabyte apart, both before it
    size_t used;
    char buffer[1 << 16];
};

// Returns 0 or an errno.
int wave_file_open(struct wave_file *f, const char *name);
void wave_file_write(struct wave_file *f, const char *bytes, size_t length);
void wave_file_flush(struct wave_file *f);
void wave_file_fail(struct wave_file *f, int error); // as if a write had failed
// Returns 0, or the errno of what failed first.
int wave_file_close(struct wave_file *f);

#ifdef __cplusplus
}
#endif
#endif
