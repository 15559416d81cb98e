#include "k6/partial_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "k6/partial_fields.hpp"
#include "k6/partial_result.pb.h"
#include "k6/partial_series.hpp"
#include "text/utf8.hpp"

namespace k6apm::k6 {
namespace {

constexpr auto* k_make_again = "make it again from the results of k6";

template <class Message>
bool parse(Message& message, std::string_view bytes) {
  return message.ParseFromArray(bytes.data(),
                                static_cast<int>(bytes.size()));  // Layout cut it well below 2 GiB
}

Compression compression_of(partial::Input::Compression compression) {
  return compression == partial::Input::GZIP   ? Compression::gzip
         : compression == partial::Input::ZSTD ? Compression::zstd
                                               : Compression::none;
}

/// As if the input had been one block.
bool take_tally(const partial::Input& message, FileTally& tally) {
  tally.points = message.points();
  tally.k6_lines = 1;  // it would not be here otherwise
  tally.bad_lines = message.bad_lines();
  tally.text_lines = message.text_lines();
  tally.ambiguous = message.ambiguous();
  tally.cut_off = message.cut_off();
  tally.fine_times = message.fine_times();
  if (message.first_text() > 0) tally.first_text = BadLine{0, message.first_text(), LineProblem::text};
  for (const partial::BadLine& bad : message.bad()) {
    if (bad.problem() == 0 || bad.problem() > static_cast<std::uint32_t>(LineProblem::too_long)) return false;
    tally.shown.push_back({0, bad.line(), static_cast<LineProblem>(bad.problem())});
  }
  tally.lines.emplace_back(0, message.lines());
  const std::uint64_t shown = tally.shown.size();
  return shown <= k_shown_bad_lines && tally.text_lines <= tally.bad_lines &&
         shown <= tally.bad_lines - tally.text_lines &&
         (tally.text_lines > 0) == tally.first_text.has_value();
}

bool add_values(TagValues& values, const google::protobuf::RepeatedPtrField<std::string>& more) {
  for (const std::string& value : more) {
    if (values.size() < 2) values.insert(value);
  }
  return std::all_of(more.begin(), more.end(), text::is_valid_utf8);
}

}  // namespace

void PartialHead::add(PartialHead other) {
  if (!format) format = other.format;
  if (version.empty()) version = std::move(other.version);
  options.insert(options.end(), other.options.begin(), other.options.end());
  inputs.merge(other.inputs);
  for (const auto& [metric, type] : other.types) {
    if (!types.emplace(metric, type).second && types[metric] != type)
      problem = "a metric has two types in it";
  }
  inputs_used = std::max(inputs_used, other.inputs_used);
  if (problem.empty()) problem = std::move(other.problem);
}

struct PartialReader::Messages {
  partial::Option option{};
  partial::Input input{};
  partial::Run run{};
  partial::Metric metric{};
  partial::Series series{};
};

PartialReader::PartialReader(Intake& intake, MetricTypes& types, std::size_t files)
    : m_intake(intake), m_types(types), m_files(files), m_messages(std::make_unique<Messages>()) {}
PartialReader::~PartialReader() = default;

void PartialReader::read(const Block& block) {
  m_head = &m_heads[block.file];
  m_file = block.file;
  m_sequence = block.sequence;
  m_fields = 0;
  std::string_view text = block.text;
  PartialField field;
  while (!text.empty() && take_field(text, text.size(), field) == FieldState::whole) {
    ++m_fields;
    if (!take(field.number, field.value, field.bytes) && m_head->problem.empty())
      m_head->problem = fmt::format("a field of number {} cannot be", field.number);
  }
}

bool PartialReader::take(unsigned number, std::uint64_t value, std::string_view bytes) {
  switch (number) {
    case partial::PartialResult::kFormatFieldNumber:
      m_head->format = value;
      return true;
    case partial::PartialResult::kVersionFieldNumber:
      m_head->version = bytes;
      return true;
    case partial::PartialResult::kOptionsFieldNumber:
      return take_option(bytes);
    case partial::PartialResult::kInputsFieldNumber:
      return take_input(bytes);
    case partial::PartialResult::kRunFieldNumber:
      return take_run(bytes);
    case partial::PartialResult::kMetricsFieldNumber:
      return take_metric(bytes);
    case partial::PartialResult::kSeriesFieldNumber:
      return take_series(bytes);
    default:  // the magic, the checksum, and what a later version adds
      return true;
  }
}

bool PartialReader::take_option(std::string_view bytes) {
  partial::Option& message = m_messages->option;
  if (!parse(message, bytes) || !text::is_valid_utf8(message.name()) || !text::is_valid_utf8(message.value()))
    return false;
  m_head->options.push_back({message.name(), message.value()});
  return true;
}

bool PartialReader::take_input(std::string_view bytes) {
  partial::Input& message = m_messages->input;
  if (!parse(message, bytes) || !text::is_valid_utf8(message.damage())) return false;
  InputRead input;
  input.state.path = message.path();
  input.state.format = message.csv() ? Format::csv : Format::json;
  input.state.compression = compression_of(message.compression());
  input.state.bytes = message.bytes();
  input.state.damage = message.damage();
  input.state.truncated = message.truncated();
  input.state.content_hash = message.head_hash();
  input.state.whole_hash = message.whole_hash();
  if (!take_tally(message, input.tally)) return false;
  m_head->inputs.emplace(std::pair(m_sequence, m_fields), std::move(input));
  return true;
}

bool PartialReader::take_run(std::string_view bytes) {
  partial::Run& message = m_messages->run;
  if (!parse(message, bytes) || !add_values(m_test_run_ids, message.test_run_ids()) ||
      !add_values(m_test_ids, message.test_ids()))
    return false;
  m_tags_kept = m_tags_kept && message.tags_kept();
  if (!message.points()) return true;
  if (!is_possible_time(message.first_ns()) || !is_possible_time(message.last_ns())) return false;
  m_intake.partial().add_times(message.first_ns(), message.last_ns());
  return message.first_ns() <= message.last_ns();
}

bool PartialReader::take_metric(std::string_view bytes) {
  partial::Metric& message = m_messages->metric;
  if (!parse(message, bytes) || !text::is_valid_utf8(message.name()) ||
      message.contains() > static_cast<std::uint32_t>(series::Contains::data))
    return false;
  m_metrics[message.name()].add({message.passed_over(), message.not_selected(), message.out_of_range(),
                                 message.taken(), message.in_csv()});
  if (!std::all_of(message.asked_tags().begin(), message.asked_tags().end(), text::is_valid_utf8))
    return false;
  m_tags[message.name()].asked.insert(message.asked_tags().begin(), message.asked_tags().end());
  if (message.declared() == partial::UNKNOWN) return !message.contradicted();
  const auto type = metric_type_of(message.declared());
  if (!type) return false;
  const auto contains = static_cast<series::Contains>(message.contains());
  m_types.declare(message.name(), Declared{{*type, contains}, message.contradicted()});
  return true;
}

bool PartialReader::take_series(std::string_view bytes) {
  partial::Series& message = m_messages->series;
  if (!parse(message, bytes)) return false;
  const auto input_number = [this](std::uint32_t input) -> std::optional<std::uint32_t> {
    const std::uint64_t number = input * m_files + m_file;  // of one number only one input of one RESULT is
    if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    m_head->inputs_used = std::max<std::uint64_t>(m_head->inputs_used, std::uint64_t{input} + 1);
    return static_cast<std::uint32_t>(number);
  };
  auto series = decode_series(message, m_intake.partial().rules(), input_number);
  if (!series) return false;
  if (const auto type = series->second.type()) {
    if (m_head->types.try_emplace(series->first.metric, *type).first->second != *type) return false;
  }
  m_intake.partial().add(std::move(series->first), std::move(series->second));
  return true;
}

std::optional<Error> refusal_of_partial(const std::string& path, const std::string& damage,
                                        const PartialHead& head, const std::vector<StateOption>& options) {
  const Location where{shown(path)};
  const auto damaged = [&](const std::string& what) {
    return Error(ExitStatus::input, "is a partial result that is damaged: " + what, k_make_again, where);
  };
  if (!damage.empty()) return damaged(damage);
  if (head.format != k_partial_format) {
    return Error(ExitStatus::usage,
                 fmt::format("is a partial result in another format ({} instead of {}), made by k6apm {}",
                             head.format.value_or(0), k_partial_format, head.version),
                 "make and join partial results with one version of k6apm", where);
  }
  if (const std::string what = difference(head.options, options); !what.empty()) {
    return Error(ExitStatus::usage, "is a partial result that was made with other options: " + what,
                 "join with the options it was made with, or make it again", where);
  }
  if (!head.problem.empty()) return damaged(head.problem);
  if (head.inputs.empty() || head.inputs_used > head.inputs.size()) return damaged("an input is missing");
  return std::nullopt;
}

}  // namespace k6apm::k6
