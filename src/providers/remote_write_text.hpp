// Parts of request bodies as text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k6apm::remote_write {
class Histogram;
class TimeSeries;
}  // namespace k6apm::remote_write

namespace k6apm::remote_write_2 {
class Request;
class TimeSeries;
}  // namespace k6apm::remote_write_2

namespace k6apm::providers {

using LabelList = std::vector<std::pair<std::string, std::string>>;

LabelList labels_of(const remote_write::TimeSeries& series);
/// Throws std::runtime_error where a label has no value or stands nowhere.
LabelList labels_of(const remote_write_2::Request& request, const remote_write_2::TimeSeries& series);

/// The label __name__, empty where there is none.
std::string name_of(const LabelList& labels);

/// `{method="GET",status="200"}` of the other labels, or nothing where there is none; not cleaned, see
/// text::printable.
std::string label_text(const LabelList& labels);

/// `counter`, `gauge` and so on, by the number that both versions have for it.
std::string_view metadata_type_name(int type);

/// `{count:3, sum:0.25, (0.0771105,0.0840896]:2, (0.0840896,0.0917004]:1}`: each bucket that is not empty as
/// an interval, bounds to six digits; `StaleNaN` for the end of a series.
std::string text_of(const remote_write::Histogram& histogram);

}  // namespace k6apm::providers
