// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // pipe2, memrchr
#include "wave_file.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { GIVEN_BACK = 1 << 20 }; // bytes, at least

static bool ends_in(const char *name, const char *end) {
    size_t length = strlen(name), want = strlen(end);
    return length >= want && strcmp(name + length - want, end) == 0;
}

// vcd2fst in a process group of its own: Ctrl-C ends the run, which then ends the file.
static int open_converter(struct wave_file *f, const char *name) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
    char *argv[] = {"vcd2fst", "-v", "/dev/stdin", "-f", (char *)name, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    if (quiet >= 0)
        posix_spawn_file_actions_adddup2(&actions, quiet, STDOUT_FILENO);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int error = posix_spawnp(&f->converter, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[0]);
    close(quiet);
    if (error)
        close(ends[1]);
    else
        f->fd = ends[1];
    return error;
}

int wave_file_open(struct wave_file *f, const char *name) {
    f->converter = 0;
    f->error = 0;
    f->size = f->whole = f->mark = f->back = 0;
    f->used = 0;
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    f->fd = fd;
    if (!ends_in(name, ".fst"))
        return 0;
    close(fd);
    int error = open_converter(f, name);
    if (error)
        unlink(name);
    return error;
}

void wave_file_fail(struct wave_file *f, int error) {
    if (f->error == 0)
        f->error = error;
}

// Writes the first `length` bytes of the buffer.
static void put_out(struct wave_file *f, size_t length) {
    for (size_t done = 0; f->error == 0 && done < length;) {
        ssize_t put = write(f->fd, f->buffer + done, length - done);
        if (put < 0) {
            if (errno != EINTR && errno != EAGAIN)
                f->error = errno;
            continue;
        }
        const char *newline = memrchr(f->buffer + done, '\n', (size_t)put);
        if (newline)
            f->whole = f->size + (newline + 1 - (f->buffer + done));
        if (f->whole - f->mark >= GIVEN_BACK) {
            f->back = f->mark;
            f->mark = f->whole;
        }
        f->size += put;
        done += (size_t)put;
    }
    memmove(f->buffer, f->buffer + length, f->used -= length);
}

void wave_file_flush(struct wave_file *f) { put_out(f, f->used); }

// Up to the last whole line, so that what a killed program leaves has no half of one.
static void make_room(struct wave_file *f) {
    const char *newline = memrchr(f->buffer, '\n', f->used);
    put_out(f, newline ? (size_t)(newline + 1 - f->buffer) : f->used);
}

void wave_file_write(struct wave_file *f, const char *bytes, size_t length) {
    while (length > 0) {
        size_t part = sizeof f->buffer - f->used < length ? sizeof f->buffer - f->used : length;
        memcpy(f->buffer + f->used, bytes, part);
        f->used += part;
        bytes += part;
        length -= part;
        if (f->used == sizeof f->buffer)
            make_room(f);
    }
}

// What the converter had to say: 0, or EIO if it did not end well.
static int wait_for_converter(const struct wave_file *f) {
    int status;
    while (waitpid(f->converter, &status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return status == 0 ? 0 : EIO;
}

int wave_file_close(struct wave_file *f) {
    wave_file_flush(f);
    if (f->error && f->converter == 0 && ftruncate(f->fd, f->error == ENOSPC && f->back ? f->back : f->whole) != 0)
        f->error = errno;
    if (close(f->fd) != 0)
        wave_file_fail(f, errno);
    if (f->converter) {
        int error = wait_for_converter(f);
        if (error)
            wave_file_fail(f, error);
    }
    return f->error;
}
