// SPDX-License-Identifier: Apache-2.0
//
// What markup_put writes is text to every reader of XML and HTML, whatever went in.
#include "../report_parts.h"

#include <gtest/gtest.h>

#include <string>

#include "text_file.h"

namespace {

std::string escaped(const char *text)
{
    TextFile file;
    markup_put(file, text);
    return file.text();
}

#define LOST "\xef\xbf\xbd" // U+FFFD

TEST(Markup, WhatHasAMeaningIsEscaped)
{
    EXPECT_EQ(escaped("a<b>&\"c\"'d'"), "a&#60;b&#62;&#38;&#34;c&#34;&#39;d&#39;");
    EXPECT_EQ(escaped("]]><!--"), "]]&#62;&#60;!--");
    EXPECT_EQ(escaped(""), "");
}

TEST(Markup, PlainTextAndUtf8StayAsTheyAre)
{
    for (const char *text : {"plain 0x20, 1.5 us\n\tnext", "\xc3\xa4\xce\xa9", "\xe2\x82\xac", "\xf0\x9f\x94\x8c", "\xef\xbf\xbd", "\x7f"})
        EXPECT_EQ(escaped(text), text);
}

TEST(Markup, WhatXmlForbidsIsReplaced)
{
    EXPECT_EQ(escaped("a\x01z\x1b[0m\r"), "a" LOST "z" LOST "[0m" LOST);
    EXPECT_EQ(escaped("\xff\xfe"), LOST LOST);
    EXPECT_EQ(escaped("\xc3"), LOST);                              // cut off
    EXPECT_EQ(escaped("\xc3("), LOST "(");
    EXPECT_EQ(escaped("\xe2\x82"), LOST LOST);
    EXPECT_EQ(escaped("\xc0\xaf"), LOST LOST);                     // overlong
    EXPECT_EQ(escaped("\xe0\x80\xaf"), LOST LOST LOST);
    EXPECT_EQ(escaped("\xed\xa0\x80"), LOST LOST LOST);            // a surrogate
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), LOST LOST LOST LOST);   // beyond U+10FFFF
    EXPECT_EQ(escaped("\xef\xbf\xbe"), LOST LOST LOST);            // U+FFFE
}

} // namespace
