#include "providers/remote_write_contents.hpp"

#include <bit>
#include <cstdint>
#include <utility>
#include <variant>

#include "providers/remote_write_parsing.hpp"

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
namespace pb2 = ::k6apm::remote_write_2;

void add_label(SeriesContents& contents, const std::string& name, const std::string& value) {
  if (name == "__name__") {
    contents.name = value;
    contents.name_at = contents.labels.size();
  } else {
    append_label(contents.labels, name, value);
  }
}

void add_labels(SeriesContents& contents, const pb::WriteRequest& /*request*/, const pb::TimeSeries& series) {
  for (const pb::Label& label : series.labels()) add_label(contents, label.name(), label.value());
}

void add_labels(SeriesContents& contents, const pb2::Request& request, const pb2::TimeSeries& series) {
  check_labels(series);
  for (int i = 0; i < series.labels_refs_size(); i += 2) {
    add_label(contents, symbol_at(request, series.labels_refs(i)),
              symbol_at(request, series.labels_refs(i + 1)));
  }
}

template <class Request>
std::vector<SeriesContents> contents_of(const Request& request) {
  std::vector<SeriesContents> all;
  for (const auto& series : request.timeseries()) {
    SeriesContents& contents = all.emplace_back();
    add_labels(contents, request, series);
    contents.samples.reserve(static_cast<std::size_t>(series.samples_size()));
    for (const auto& sample : series.samples())
      contents.samples.push_back({std::bit_cast<std::uint64_t>(sample.value()), sample.timestamp()});
    contents.histograms = !series.histograms().empty();
  }
  return all;
}

}  // namespace

std::vector<SeriesContents> remote_write_contents(std::string_view body) {
  return std::visit([](const auto& request) { return contents_of(request); }, parsed_remote_write(body));
}

}  // namespace k6apm::providers
