#include "k6/json_line.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "k6/block_reader.hpp"
#include "k6/json_number.hpp"
#include "k6/metric_types.hpp"
#include "text/utf8.hpp"

namespace k6apm::k6 {
namespace {

namespace od = simdjson::ondemand;
using simdjson::error_code;

static_assert(Block::k_padding >= simdjson::SIMDJSON_PADDING);

/// Thrown inside this file only, from wherever in the nested object something is wrong; parse() turns it into
/// a result.
struct Wrong {
  LineProblem problem;
};

template <class T>
T take(simdjson::simdjson_result<T> result, LineProblem otherwise) {
  T value{};
  if (std::move(result).get(value) != simdjson::SUCCESS) throw Wrong{otherwise};
  return value;
}

/// The members of a line that matter, wherever they stand. The texts are the parser's, until the next line.
struct Members {
  std::optional<std::string_view> type{};
  std::optional<std::string_view> metric{};
  bool has_data = false;
  std::optional<std::string_view> time{};
  std::optional<std::string_view> value{};  ///< the number's own text
  std::optional<std::string_view> data_type{};
  std::string_view contains{};
  bool has_tags = false;
  bool has_metadata = false;
};

std::string_view string_of(od::value value, LineProblem otherwise) {
  return take(value.get_string(), otherwise);
}

/// Writes over the tags of the line before, whose strings have room already.
void read_tags(od::value value, series::Tags& tags) {
  std::size_t count = 0;
  const od::json_type type = take(value.type(), LineProblem::not_json);
  if (type == od::json_type::null) {
    if (!take(value.is_null(), LineProblem::not_json)) throw Wrong{LineProblem::not_json};
    return tags.clear();
  }
  if (type != od::json_type::object) throw Wrong{LineProblem::bad_tags};
  for (auto field : take(value.get_object(), LineProblem::not_json)) {
    od::field member = take(std::move(field), LineProblem::not_json);
    const std::string_view name = take(member.unescaped_key(), LineProblem::not_json);
    if (take(member.value().type(), LineProblem::not_json) != od::json_type::string)
      throw Wrong{LineProblem::bad_tags};
    if (count == tags.size()) tags.emplace_back();
    tags[count].first = name;
    tags[count].second = string_of(member.value(), LineProblem::not_json);
    ++count;
  }
  tags.resize(count);
  normalise(tags);
}

std::string_view number_text(od::value value) {
  std::string_view text = value.raw_json_token();
  while (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// `"rate>0.5"` or `{"threshold":"rate>0.5","abortOnFail":true}`; anything else is passed over.
void read_thresholds(od::value value, std::vector<std::string>& thresholds) {
  if (take(value.type(), LineProblem::not_json) != od::json_type::array) return;
  for (auto element : take(value.get_array(), LineProblem::not_json)) {
    od::value one = take(element, LineProblem::not_json);
    const od::json_type type = take(one.type(), LineProblem::not_json);
    std::string_view text;
    if (type == od::json_type::string && one.get_string().get(text) == simdjson::SUCCESS)
      thresholds.emplace_back(text);
    if (type == od::json_type::object &&
        one.find_field_unordered("threshold").get_string().get(text) == simdjson::SUCCESS)
      thresholds.emplace_back(text);
  }
}

void read_data(od::value value, Members& members, Line& line) {
  if (take(value.type(), LineProblem::not_json) != od::json_type::object) throw Wrong{LineProblem::not_k6};
  for (auto field : take(value.get_object(), LineProblem::not_json)) {
    od::field member = take(std::move(field), LineProblem::not_json);
    const std::string_view key = take(member.unescaped_key(), LineProblem::not_json);
    if (key == "time") {
      members.time = string_of(member.value(), LineProblem::bad_time);
    } else if (key == "value") {
      members.value = number_text(member.value());
    } else if (key == "tags") {
      members.has_tags = true;
      read_tags(member.value(), line.tags);
    } else if (key == "metadata") {
      members.has_metadata = true;
      read_tags(member.value(), line.metadata);
      drop_empty(line.metadata);
    } else if (key == "type") {
      members.data_type = string_of(member.value(), LineProblem::bad_type);
    } else if (key == "thresholds") {
      read_thresholds(member.value(), line.thresholds);
    } else if (key == "contains") {
      members.contains = string_of(member.value(), LineProblem::bad_type);
    }
  }
}

void read_members(od::object object, Members& members, Line& line) {
  for (auto field : object) {
    od::field member = take(std::move(field), LineProblem::not_json);
    const std::string_view key = take(member.unescaped_key(), LineProblem::not_json);
    if (key == "type") {
      members.type = string_of(member.value(), LineProblem::not_k6);
    } else if (key == "metric") {
      members.metric = string_of(member.value(), LineProblem::not_k6);
    } else if (key == "data") {
      members.has_data = true;
      read_data(member.value(), members, line);
    }
  }
}

/// What k6 0.38 to 1.7 writes for values that JSON cannot hold, and its relatives.
bool spells_not_finite(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return text == "Inf" || text == "NaN" || text == "Infinity" || text == "inf" || text == "nan";
}

void read_value(const Members& members, Line& line) {
  if (!members.value) throw Wrong{LineProblem::bad_value};
  const char* at = members.value->data();
  const char* const end = at + members.value->size();
  const std::optional<double> value = parse_json_number(&at, end);
  if (spells_not_finite(*members.value)) throw Wrong{LineProblem::not_finite};
  if (!value || at != end) throw Wrong{LineProblem::bad_value};
  if (!std::isfinite(*value)) throw Wrong{LineProblem::not_finite};
  line.value = *value;
}

void read_point(const Members& members, TimeParser& times, Line& line) {
  if (!members.metric || members.metric->empty()) throw Wrong{LineProblem::not_k6};
  line.kind = Line::Kind::point;
  line.metric = *members.metric;
  const std::optional<std::int64_t> time = members.time ? times.parse(*members.time) : std::nullopt;
  if (!time) throw Wrong{LineProblem::bad_time};
  line.time_ns = *time;
  read_value(members, line);
}

void read_metric(const Members& members, Line& line) {
  if (!members.metric || members.metric->empty()) throw Wrong{LineProblem::not_k6};
  line.kind = Line::Kind::metric;
  line.metric = *members.metric;
  const std::optional<series::MetricType> type = parse_metric_type(members.data_type.value_or(""));
  if (!type) throw Wrong{LineProblem::bad_type};
  line.type = *type;
  line.contains = members.contains == "time"   ? series::Contains::time
                  : members.contains == "data" ? series::Contains::data
                                               : series::Contains::plain;
}

/// Whether nothing in a line that is no JSON looks like a piece of k6's JSON.
bool is_text(std::string_view text) { return text.find("{\"") == std::string_view::npos && text != "{"; }

}  // namespace

struct JsonLineParser::Json {
  od::parser parser{};
};

JsonLineParser::JsonLineParser() : m_json(std::make_unique<Json>()) {}
JsonLineParser::~JsonLineParser() = default;

LineProblem JsonLineParser::parse_valid_utf8(std::string_view text, Line& line, bool& invalid_utf8) {
  line.kind = Line::Kind::blank;
  line.thresholds.clear();
  try {
    Members members;
    od::document document;
    const error_code opened =
        m_json->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
            .get(document);
    invalid_utf8 = opened == simdjson::UTF8_ERROR;
    if (opened != simdjson::SUCCESS) throw Wrong{LineProblem::not_json};
    read_members(take(document.get_object(), LineProblem::not_json), members, line);
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) throw Wrong{LineProblem::not_json};
    if (!members.has_tags) line.tags.clear();
    if (!members.has_metadata) line.metadata.clear();
    if (!members.type || !members.has_data) throw Wrong{LineProblem::not_k6};
    if (*members.type == "Point") {
      read_point(members, m_times, line);
    } else if (*members.type == "Metric") {
      read_metric(members, line);
    } else {
      throw Wrong{LineProblem::not_k6};
    }
  } catch (const Wrong& wrong) {
    return wrong.problem;
  }
  return LineProblem::none;
}

LineProblem JsonLineParser::parse(std::string_view text, Line& line) {
  if (is_blank(text)) {
    line.kind = Line::Kind::blank;
    return LineProblem::none;
  }
  bool invalid_utf8 = false;
  LineProblem problem = parse_valid_utf8(text, line, invalid_utf8);
  if (invalid_utf8) {
    std::string repaired = text::with_valid_utf8(text);
    repaired.reserve(repaired.size() + simdjson::SIMDJSON_PADDING);
    problem = parse_valid_utf8(repaired, line, invalid_utf8);
  }
  return problem == LineProblem::not_json && is_text(text) ? LineProblem::text : problem;
}

}  // namespace k6apm::k6
