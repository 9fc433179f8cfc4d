#include "reports/escape.h"

#include <gtest/gtest.h>

namespace slotquake {
namespace {

TEST(EscapeTest, HtmlSpecialsAreEscaped) {
  EXPECT_EQ(EscapeHtml("</script><img src=x onerror=\"a('&')\">"),
            "&lt;/script&gt;&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;");
}

TEST(EscapeTest, ValidUtf8Stays) {
  const std::string text = "Zürich – 東京 \xF0\x9F\x98\x80\tx\n";
  EXPECT_EQ(Printable(text), text);
}

TEST(EscapeTest, BytesThatAreNoUtf8AreReplaced) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(Printable("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(Printable("\xC3"), r);                          // cut off
  EXPECT_EQ(Printable("\xC0\xAF"), r + r);                  // overlong "/"
  EXPECT_EQ(Printable("\xED\xA0\x80"), r + r + r);          // a surrogate
  EXPECT_EQ(Printable("\xF4\x90\x80\x80"), r + r + r + r);  // beyond U+10FFFF
}

TEST(EscapeTest, ControlCharactersAreReplaced) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(Printable("\x1b[31m"), r + "[31m");
  EXPECT_EQ(Printable(std::string("a\0b", 3)), "a" + r + "b");
  EXPECT_EQ(Printable("\xC2\x9B"), r);      // the one-byte CSI
  EXPECT_EQ(Printable("\xEF\xBF\xBF"), r);  // no XML character
}

TEST(EscapeTest, JsonForScriptCanNotCloseTheElement) {
  const nlohmann::json value = {{"a</script>", "<!--\xFF"}};
  const std::string text = JsonForScript(value);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(text)["a</script>"], "<!--\xEF\xBF\xBD");
}

}  // namespace
}  // namespace slotquake
