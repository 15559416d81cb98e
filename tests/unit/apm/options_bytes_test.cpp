// What editors and shells write, and what is no options file at all.
#include "apm/options_bytes.hpp"

#include <sys/stat.h>

#include <chrono>

#include "../scratch.hpp"
#include "reading.hpp"
#include "script/source.hpp"

using k6apm::Error;
using k6apm::ExitStatus;
using k6apm::apm::FileStart;
using k6apm::apm::read_start;
using k6apm::apm::text_of;
using k6apm::test::Scratch;
using reading::contains;

namespace {

std::string text_of_bytes(std::string bytes) {
  FileStart file;
  file.bytes = std::move(bytes);
  return text_of(std::move(file), "options");
}

/// What the Error says, or "read".
template <class Read>
std::string error_of(Read read) {
  try {
    read();
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.notice().where.file + ": " + error.notice().text;
  }
  return "read";
}

std::string utf16(std::u16string_view text, bool big) {
  std::string out;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFFU);
    const char high = static_cast<char>(unit >> 8U);
    out += big ? std::string{high, low} : std::string{low, high};
  }
  return out;
}

}  // namespace

TEST_CASE("UTF-8 stays as it is, with and without a byte order mark") {
  for (const std::string text : {"", "x", "{}", "\xEF\xBB\xBF{}", "a\r\nb", "\xc3\xa4\xff"}) {
    CHECK(text_of_bytes(text) == text);
  }
}

TEST_CASE("UTF-16 of both byte orders becomes UTF-8, with and without a byte order mark") {
  const std::vector<std::pair<std::u16string, std::string>> table = {
      {u"{}", "{}"},
      {u"{\r\n}", "{\r\n}"},
      {u"a\u00e4\u20ac", "a\xc3\xa4\xe2\x82\xac"},
      {u"a\U0001F600b",
       "a\xf0\x9f\x98\x80"
       "b"},
      {u"a\xD83D", "a\xef\xbf\xbd"},    // a first half at the end
      {u"a\xD83Dz", "a\xef\xbf\xbdz"},  // a first half alone
      {u"a\xDE00z", "a\xef\xbf\xbdz"},  // a second half alone
      {u"a\xD83D\xD83D\xDE00", "a\xef\xbf\xbd\xf0\x9f\x98\x80"},
  };
  for (const auto& [units, expected] : table) {
    for (const bool big : {false, true}) {
      CAPTURE(expected);
      CAPTURE(big);
      CHECK(text_of_bytes(utf16(units, big)) == expected);
      CHECK(text_of_bytes(utf16(u"\uFEFF" + units, big)) == "\xEF\xBB\xBF" + expected);
    }
  }
  CHECK(text_of_bytes("\xFF\xFE") == "\xEF\xBB\xBF");
}

TEST_CASE("a script as PowerShell 5 writes it is read, with the line that an editor shows") {
  const std::u16string script =
      u"\uFEFF// \u00fc\r\nexport const options = { ext: { loadimpact: { apm: [\r\n"
      u"  { provider: 'prometheus', remoteWriteURL: 'http://h/w' }] } } };\r\n";
  const Scratch scratch;
  for (const bool big : {false, true}) {
    const auto block =
        k6apm::apm::read_options_file(scratch.file("s.js", utf16(script, big)), {reading::environment({})});
    REQUIRE(block.destinations.size() == 1);
    CHECK(block.destinations[0].remote_write_url == "http://h/w");
    CHECK(block.destinations[0].where.line == 3);
    CHECK(block.destinations[0].where.column == 3);
    CHECK(block.notices.empty());
  }
  const auto json =
      u"\uFEFF{\"cloud\": {\"apm\": [{\"provider\": \"prometheus\", \"remoteWriteURL\": \"http://h\"}]}}\r\n";
  CHECK(k6apm::apm::read_options_file(scratch.file("o.json", utf16(json, false)), {reading::environment({})})
            .destinations.size() == 1);
  CHECK(k6apm::apm::read_apm_argument("@" + scratch.file("apm.json", utf16(u"\uFEFF[]", false)),
                                      reading::environment({}))
            .destinations.empty());
}

TEST_CASE("what is no text is said to be none") {
  CHECK(contains(error_of([] { text_of_bytes(std::string(4, '\0')); }), "options: is no text"));
  CHECK(contains(error_of([] { text_of_bytes(std::string("ab\0c", 4)); }), "is no text"));
  CHECK(contains(error_of([] { text_of_bytes(std::string("\xFF\xFE\0\0a\0\0\0", 8)); }),
                 "is no text"));  // UTF-32
  CHECK(contains(error_of([] { text_of_bytes(std::string("\xFF\xFE{\0}", 5)); }), "is cut short"));
  CHECK(contains(error_of([] { text_of_bytes(std::string("{\0}", 3)); }), "is cut short"));
}

TEST_CASE("files that are none, that never end and that are too long end at once") {
  const auto start = std::chrono::steady_clock::now();
  const auto reading = [](const std::string& path) {
    return error_of([&] { text_of(read_start(path, nullptr), path); });
  };
  const Scratch scratch;
  CHECK(reading("/dev/zero") == "/dev/zero: is larger than 16 MiB, which no options file is");
  CHECK(contains(reading(scratch.path("")), ": is a directory, not an options file"));
  CHECK(contains(reading(scratch.path("missing")), "cannot open the options file: No such file"));
  CHECK(reading(scratch.file("a", std::string(k6apm::script::Source::max_bytes, ' '))) == "read");
  CHECK(contains(reading(scratch.file("a", std::string(k6apm::script::Source::max_bytes + 1, ' '))),
                 "is larger than 16 MiB"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // with sanitizers
}

TEST_CASE("only a regular file comes a second time") {
  const Scratch scratch;
  CHECK(read_start(scratch.file("a", "text"), nullptr).comes_again);
  CHECK(!read_start("/dev/null", nullptr).comes_again);
}
