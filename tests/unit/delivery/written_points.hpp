// A provider whose bodies are text: "SERIES@MILLISECONDS" with a blank between two points. It divides and
// cuts them, and judges answers by their status alone.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/provider.hpp"

namespace k6apm::test {

struct WrittenPoint {
  std::string series{};
  std::int64_t time_ms = 0;
};

inline std::vector<WrittenPoint> read_points(const std::string& body) {
  std::vector<WrittenPoint> points;
  std::istringstream in(body);
  for (std::string word; in >> word;) {
    const std::size_t at = word.find('@');
    points.push_back({word.substr(0, at), std::stoll(word.substr(at + 1))});
  }
  return points;
}

inline providers::Payload write_points(const std::vector<WrittenPoint>& points, std::uint64_t slice = 0) {
  providers::Payload payload;
  std::set<std::string> series;
  for (const WrittenPoint& point : points) {
    if (!payload.body.empty()) payload.body += ' ';
    payload.body += point.series + "@" + std::to_string(point.time_ms);
    series.insert(point.series);
    payload.first_ms = payload.points == 0 ? point.time_ms : std::min(payload.first_ms, point.time_ms);
    payload.last_ms = payload.points == 0 ? point.time_ms : std::max(payload.last_ms, point.time_ms);
    ++payload.points;
  }
  payload.series = series.size();
  payload.slice = slice;
  return payload;
}

inline providers::Payload written(const std::string& body, std::uint64_t slice = 0) {
  return write_points(read_points(body), slice);
}

/// One point of each of n series, s0 to s(n-1), at `time_ms`.
inline providers::Payload written_series(int n, std::int64_t time_ms = 0, std::uint64_t slice = 0) {
  std::vector<WrittenPoint> points;
  for (int i = 0; i < n; ++i) points.push_back({"s" + std::to_string(i), time_ms});
  return write_points(points, slice);
}

inline std::optional<std::pair<providers::Payload, providers::Payload>> halves_of_written(
    const providers::Payload& payload, bool by_points) {
  const std::vector<WrittenPoint> points = read_points(payload.body);
  std::set<std::string> left;
  for (const WrittenPoint& point : points) {
    if (left.size() < payload.series / 2) left.insert(point.series);
  }
  std::pair<std::vector<WrittenPoint>, std::vector<WrittenPoint>> halves;
  for (const WrittenPoint& point : points) {
    const bool first =
        payload.series > 1 ? left.count(point.series) > 0 : halves.first.size() < points.size() / 2;
    (first ? halves.first : halves.second).push_back(point);
  }
  if (payload.series < 2 && (!by_points || points.size() < 2)) return std::nullopt;
  return std::pair{write_points(halves.first, payload.slice), write_points(halves.second, payload.slice)};
}

inline std::pair<providers::Payload, providers::Payload> cut_written(const providers::Payload& payload,
                                                                     std::int64_t time_ms) {
  std::pair<std::vector<WrittenPoint>, std::vector<WrittenPoint>> parts;
  for (const WrittenPoint& point : read_points(payload.body)) {
    (point.time_ms < time_ms ? parts.first : parts.second).push_back(point);
  }
  return {write_points(parts.first, payload.slice), write_points(parts.second, payload.slice)};
}

/// 400 is Verdict::bad_part, 404 refused, 413 too_large, 401 and 403 stop; 299 is a complaint.
inline providers::Judgement judge_written(long status, std::string_view body) {
  using providers::Verdict;
  if (status == 299) return {Verdict::delivered, std::string(body)};
  if (status < 300) return {Verdict::delivered, {}};
  const Verdict verdict = status == 413                    ? Verdict::too_large
                          : status == 400                  ? Verdict::bad_part
                          : status == 401 || status == 403 ? Verdict::stop
                          : status == 429 || status >= 500 ? Verdict::retry
                                                           : Verdict::refused;
  return {verdict, std::string(body)};
}

/// Takes points of the last hour.
inline const providers::Provider& written_provider() {
  static constexpr providers::TimeLimits k_limits{3600, 600};
  static const providers::Provider provider = [] {
    providers::Provider row;
    row.name = "written";
    row.judge = judge_written;
    row.halves = halves_of_written;
    row.cut = cut_written;
    row.first_series = [](const providers::Payload& payload) {
      return "k6." + read_points(payload.body).front().series;
    };
    row.time_limits = &k_limits;
    return row;
  }();
  return provider;
}

/// As Prometheus: bad points are sought, doubles are refused, and any age is taken.
inline const providers::Provider& pointed_provider() {
  static const providers::Provider provider = [] {
    providers::Provider row = written_provider();
    row.seeks_bad_points = true;
    row.refuses_doubles = true;
    row.time_limits = nullptr;
    return row;
  }();
  return provider;
}

}  // namespace k6apm::test
