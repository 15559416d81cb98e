#include "apm/options_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "apm/descriptor.hpp"
#include "script/source.hpp"
#include "text/utf8.hpp"

namespace k6apm::apm {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} * 1024;

[[noreturn]] void refuse(const std::string& path, std::string text, std::string hint = {}) {
  throw Error(ExitStatus::usage, std::move(text), std::move(hint), Location{path, 0, 0});
}

/// Calls `wait`, which returns -1 with errno, until it was not a signal that ended it.
template <class Wait>
auto until_done(const std::atomic<bool>* interrupted, Wait wait) {
  while (true) {
    const auto result = wait();
    if (result >= 0 || errno != EINTR) return result;
    if (interrupted != nullptr && interrupted->load())
      throw Error(ExitStatus::interrupted, "interrupted while reading the options: nothing was sent");
  }
}

enum class Order { little, big };

/// The order of the bytes where the text is UTF-16.
std::optional<Order> utf16_order(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (first == 0xFF && second == 0xFE) return Order::little;
  if (first == 0xFE && second == 0xFF) return Order::big;
  if (first != 0 && first < 0x80 && second == 0) return Order::little;
  if (first == 0 && second != 0 && second < 0x80) return Order::big;
  return std::nullopt;
}

std::string utf8_of_utf16(std::string_view bytes, Order order) {
  const auto unit = [&](std::size_t at) {
    const auto one = static_cast<char32_t>(static_cast<unsigned char>(bytes[at]));
    const auto two = static_cast<char32_t>(static_cast<unsigned char>(bytes[at + 1]));
    return order == Order::little ? one | two << 8U : one << 8U | two;
  };
  const auto is_high = [](char32_t c) { return c >= 0xD800 && c < 0xDC00; };
  const auto is_low = [](char32_t c) { return c >= 0xDC00 && c < 0xE000; };
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (is_high(c) && at + 3 < bytes.size() && is_low(unit(at + 2))) {
      c = 0x10000U + ((c - 0xD800U) << 10U) + (unit(at + 2) - 0xDC00U);
      at += 2;
    }
    text::append_utf8(out, c);  // an unpaired surrogate becomes U+FFFD
  }
  return out;
}

}  // namespace

void refuse_mistaken(std::string_view bytes, const std::string& path) {
  for (const std::string_view begin : {R"({"type":"Metric")", R"({"metric":")", "metric_name,timestamp,"}) {
    if (!bytes.starts_with(begin)) continue;
    refuse(path, "is a result of k6, and here the script with the options is needed",
           "k6apm results.json -s script.js");
  }
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  for (const std::string_view begin : {"<!DOCTYPE", "<!doctype", "<html", "<HTML"}) {
    if (bytes.starts_with(begin)) {
      refuse(path, "is an HTML page, and no script", "it may be the answer of a download that failed");
    }
  }
}

FileStart read_start(const std::string& path, const std::atomic<bool>* interrupted) {
  const int fd =
      until_done(interrupted, [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); });
  if (fd < 0) refuse(path, "cannot open the options file: " + std::string(std::strerror(errno)));
  const Descriptor file(fd);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0)
    refuse(path, "cannot read the options file: " + std::string(std::strerror(errno)));
  if (S_ISDIR(status.st_mode)) refuse(path, "is a directory, not an options file");
  FileStart start;
  start.comes_again = S_ISREG(status.st_mode);
  std::string chunk(chunk_bytes, '\0');
  while (start.bytes.size() <= script::Source::max_bytes) {
    const ssize_t got =
        until_done(interrupted, [&] { return ::read(file.get(), chunk.data(), chunk.size()); });
    if (got < 0) refuse(path, "cannot read the options file: " + std::string(std::strerror(errno)));
    if (got == 0) return start;
    start.bytes.append(chunk, 0, static_cast<std::size_t>(got));
  }
  start.bytes.resize(script::Source::max_bytes);
  start.is_cut = true;
  return start;
}

std::string text_of(FileStart file, const std::string& path) {
  refuse_mistaken(file.bytes, path);
  if (file.is_cut) {
    refuse(path, fmt::format("is larger than {} MiB, which no options file is",
                             script::Source::max_bytes / bytes_in_mib));
  }
  std::string text = std::move(file.bytes);
  if (const auto order = utf16_order(text)) {
    if (text.size() % 2 != 0)
      refuse(path, "is UTF-16 and ends in the middle of a character: it is cut short");
    text = utf8_of_utf16(text, *order);
  }
  if (text.find('\0') != std::string::npos) {
    refuse(path, "is no text; allowed are a k6 script, JSON and a k6 archive, plain, gzip or zstd");
  }
  return text;
}

}  // namespace k6apm::apm
