// SPDX-License-Identifier: Apache-2.0
//
// report_quote against a real shell: what it writes is one word, and means the text that went in.
#include "../report.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <string.h>

#include <random>
#include <string>

namespace {

std::string quote(const std::string &text)
{
    std::string quoted(4 * text.size() + 8, 'x');
    report_quote(text.c_str(), &quoted[0], quoted.size());
    return quoted.c_str();
}

// How many words sh makes of it, and the first of them.
std::string through_shell(const std::string &quoted)
{
    const std::string script = "set -- " + quoted + "\nprintf '%d words: %s.' $# \"$1\"";
    std::string command = "exec sh -c '", out;
    for (char c : script)
        command += c == '\'' ? "'\\''" : std::string(1, c);
    FILE *sh = popen((command + "'").c_str(), "r");
    for (int c; (c = fgetc(sh)) != EOF;)
        out += static_cast<char>(c);
    EXPECT_EQ(pclose(sh), 0) << quoted;
    return out;
}

void comes_back(const std::string &text) { EXPECT_EQ(through_shell(quote(text)), "1 words: " + text + ".") << quote(text); }

TEST(ReportQuote, OddTextsComeBackFromTheShell)
{
    for (const char *text :
         {"", " ", "a b", "'", "''", "'a'", "a'b'c", "\"", "\\", "\\'", "'\\''", "$HOME", "${x}", "$(echo no)", "`echo no`", "*", "?", "[a-z]", "~",
          "~root", "a\nb", "\n", "trailing\n", "\ttab", "#no", "a;b", "a&b", "a|b", "<a", ">a", "(a)", "{a,b}", "!", "!!", "a=b", "-n", "--", "-",
          "%s", "%%n", "\x7f", "\x01", "\xc3\xa4\xc3\xb6", "\xff\xfe", "board.targets.u1.drives=c", "board.controller.shadows=[\"rtl\"]",
          "stimulus.scenarios=[]", "/tmp/a folder/it's.cfg", "^a", "a@b"})
        comes_back(text);
}

TEST(ReportQuote, EveryByteAloneAndWithinAWordComesBack)
{
    std::string all;
    for (int c = 1; c < 256; c++)
        all += static_cast<char>(c);
    comes_back(all);
    for (int c = 1; c < 128; c++)
        comes_back(std::string(1, static_cast<char>(c)) + "a");
}

TEST(ReportQuote, RandomTextsComeBack)
{
    std::mt19937 any(1);
    const std::string letters = "a '\"\\$`*?~#;&|<>(){}[]!=%\n\t-";
    for (int i = 0; i < 60; i++) {
        std::string text;
        for (unsigned n = any() % 40; n; n--)
            text += letters[any() % letters.size()];
        comes_back(text);
    }
}

TEST(ReportQuote, PlainWordsStayAsTheyAre)
{
    for (const char *text : {"write_patterns", "sim.cfg", "stimulus.seed=7", "tb/scenarios/a.tcl", "a,b:c+d-e", "--out"})
        EXPECT_EQ(quote(text), text);
}

TEST(ReportQuote, WhatDoesNotFitIsCutButStaysOneClosedWord)
{
    for (const char *text : {"it's a long one", "''''''''", "plainplainplain", "ends in quote'"})
        for (size_t size = 8; size < 40; size++) {
            char quoted[41];
            memset(quoted, '#', sizeof quoted);
            report_quote(text, quoted, size);
            ASSERT_LT(strnlen(quoted, sizeof quoted), size);
            for (size_t i = size; i < sizeof quoted; i++)
                ASSERT_EQ(quoted[i], '#') << "written beyond its end";
            const std::string seen = through_shell(quoted), word = "1 words: ";
            ASSERT_EQ(seen.substr(0, word.size()), word) << quoted;
            const std::string kept = seen.substr(word.size(), seen.size() - word.size() - 1);
            EXPECT_EQ(kept, std::string(text).substr(0, kept.size())) << quoted;
        }
}

} // namespace
