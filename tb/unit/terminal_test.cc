// SPDX-License-Identifier: Apache-2.0
//
// Text that fits the terminal.
#include "../terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>
#include <string>

#include "text_file.h"

namespace {

std::string wrapped(unsigned indent, unsigned columns, const char *text)
{
    TextFile file;
    terminal_wrap(file, indent, columns, text);
    return file.text();
}

TEST(TerminalWrap, WithoutColumnsAllIsOneLine) { EXPECT_EQ(wrapped(3, 0, "one two  three"), "one two three\n"); }

TEST(TerminalWrap, GoesOnUnderTheIndent)
{
    EXPECT_EQ(wrapped(2, 9, "one two three"), "one two\n  three\n"); // 2 + 7 = 9: just fits
    EXPECT_EQ(wrapped(2, 8, "one two three"), "one\n  two\n  three\n");
}

TEST(TerminalWrap, AWordTooLongHasALineOfItsOwn) { EXPECT_EQ(wrapped(4, 10, "a incomprehensible b"), "a\n    incomprehensible\n    b\n"); }

TEST(TerminalWrap, NothingIsAnEmptyLine)
{
    EXPECT_EQ(wrapped(4, 10, ""), "\n");
    EXPECT_EQ(wrapped(4, 10, "   "), "\n");
}

TEST(TerminalWrap, NoWordIsLostAndNoLineTooLongAtAnyWidth)
{
    const std::string text = "Every walking 1, walking 0 and a few full patterns reach the port of both targets.";
    for (unsigned columns = 25; columns < 100; columns++) {
        const std::string out = std::string(10, ' ') + wrapped(10, columns, text.c_str());
        std::istringstream lines(out), words(out);
        std::string together;
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), columns) << line;
        for (std::string word; words >> word;)
            together += (together.empty() ? "" : " ") + word;
        EXPECT_EQ(together, text);
    }
}

TEST(TerminalColumns, AFileOrAPipeIsNoTerminal)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    EXPECT_EQ(terminal_columns(ends[1]), 0u);
    close(ends[0]);
    close(ends[1]);
    EXPECT_EQ(terminal_columns(-1), 0u);
}

} // namespace
