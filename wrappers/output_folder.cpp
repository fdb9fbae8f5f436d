// SPDX-License-Identifier: Apache-2.0
#include "output_folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

// mkdir -p. Returns false with errno.
bool make_folder(const std::string &path) {
    for (size_t at = 1; at <= path.size(); at++)
        if ((at == path.size() || path[at] == '/') && mkdir(path.substr(0, at).c_str(), 0777) != 0 && errno != EEXIST)
            return false;
    struct stat st;
    if (stat(path.c_str(), &st) == 0 && !S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return false;
    }
    return access(path.c_str(), W_OK) == 0;
}

} // namespace

bool output_folder_open(const char *path) {
    if (!make_folder(path)) {
        std::fprintf(stderr, "twinwire: %s: %s\n", path, std::strerror(errno));
        return false;
    }
    int folder = ::open(path, O_RDONLY | O_DIRECTORY);
    if (folder < 0 || flock(folder, LOCK_EX | LOCK_NB) != 0) {
        std::fprintf(stderr, "twinwire: %s: %s\n", path, errno == EWOULDBLOCK ? "another run is writing here (see --out)" : std::strerror(errno));
        return false;
    }
    for (const char *name : {"waves.vcd", "waves.fst", "waves.fst.hier", "waves.gtkw", "transactions.jsonl", "report.json", "report.html", "junit.xml", "recorder.vcd", "bus.vcd", "mismatch.vcd",
                             "mismatch.vcd.part", "mismatch.gtkw",
                             "coverage.json", "coverage.dat"})
        std::remove((std::string(path) + "/" + name).c_str()); // what lies there after this run is of this run
    return true;
}
