// SPDX-License-Identifier: Apache-2.0
//
// A FILE whose text the test reads back.
#ifndef TWINWIRE_UNIT_TEXT_FILE_H
#define TWINWIRE_UNIT_TEXT_FILE_H

#include <stdio.h>
#include <stdlib.h>

#include <string>

class TextFile {
  public:
    TextFile() : file_(open_memstream(&text_, &size_)) {}
    TextFile(const TextFile &) = delete;
    TextFile &operator=(const TextFile &) = delete;
    ~TextFile()
    {
        fclose(file_);
        free(text_);
    }
    operator FILE *() { return file_; }
    std::string text()
    {
        fflush(file_);
        return {text_, size_};
    }

  private:
    char *text_ = nullptr;
    size_t size_ = 0;
    FILE *file_;
};

#endif
