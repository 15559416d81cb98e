#include "series/series.hpp"

namespace k6apm::series {

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::rate:
      return "rate";
    case MetricType::trend:
      return "trend";
  }
  return {};
}

}  // namespace k6apm::series
