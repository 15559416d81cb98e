#include "k6/intake.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "text/utf8.hpp"

namespace k6apm::k6 {
namespace {

/// The remembered tag texts of a thread are forgotten beyond this size: a run may have new tags in every
/// line.
constexpr std::size_t k_remembered_bytes = std::size_t{8} * 1024 * 1024;

/// Tags that tell which run it was.
constexpr std::array<std::string_view, 2> k_names_of_run = {"test_run_id", "testid"};

/// Names that stand in a line as they are, and that the general parser of either format would read alike.
bool is_plain(std::string_view name) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\\' && c != '"'; };
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return !name.empty() && std::all_of(name.begin(), name.end(), plain) &&
         (std::all_of(name.begin(), name.end(), ascii) || text::with_valid_utf8(name) == name);
}

/// More than two values are as good as two.
void note_value(TagValues& values, const std::string& value) {
  if (values.size() < 2) values.insert(value);
}

/// The metadata that `rule` names; what is empty is not there.
series::Tags asked_for(const series::Rule& rule, const series::Tags& metadata) {
  series::Tags asked;
  std::copy_if(metadata.begin(), metadata.end(), std::back_inserter(asked), [&](const auto& tag) {
    return !tag.second.empty() && std::binary_search(rule.asks_for.begin(), rule.asks_for.end(), tag.first);
  });
  return asked;
}

/// Tags with the metadata that no tag hides; one that is empty hides nothing.
series::Tags with_metadata(const series::Tags& tags, const series::Tags& metadata) {
  const auto comes_before = [](const auto& a, const auto& b) { return a.first < b.first; };
  series::Tags hiding;
  std::copy_if(tags.begin(), tags.end(), std::back_inserter(hiding), [&](const auto& tag) {
    return !tag.second.empty() || !std::binary_search(metadata.begin(), metadata.end(), tag, comes_before);
  });
  series::Tags all;
  std::set_union(hiding.begin(), hiding.end(), metadata.begin(), metadata.end(), std::back_inserter(all),
                 comes_before);
  return all;
}

bool comes_before(const BadLine& a, const BadLine& b) {
  return std::pair(a.sequence, a.line) < std::pair(b.sequence, b.line);
}

}  // namespace

void FileTally::add(const FileTally& other) {
  points += other.points;
  k6_lines += other.k6_lines;
  bad_lines += other.bad_lines;
  text_lines += other.text_lines;
  ambiguous += other.ambiguous;
  cut_off = cut_off || other.cut_off;
  fine_times = fine_times || other.fine_times;
  if (other.first_text && (!first_text || comes_before(*other.first_text, *first_text)))
    first_text = other.first_text;
  shown.insert(shown.end(), other.shown.begin(), other.shown.end());
  std::sort(shown.begin(), shown.end(), comes_before);
  if (shown.size() > k_shown_bad_lines) shown.resize(k_shown_bad_lines);
  lines.insert(lines.end(), other.lines.begin(), other.lines.end());
  std::sort(lines.begin(), lines.end());
}

std::uint64_t lines_before(const FileTally& tally, std::uint64_t sequence) {
  std::uint64_t lines = 0;
  for (const auto& [block, count] : tally.lines) {
    if (block >= sequence) break;
    lines += count;
  }
  return lines;
}

Intake::Intake(std::span<const series::Rule> rules, series::TimeRange range, MetricTypes& types,
               std::size_t files)
    : m_rules(rules), m_types(types), m_partial(rules, range), m_tallies(files) {}

void Intake::begin(const Block& block) {
  if (block.columns != m_columns) {
    forget_paths();
    m_columns = block.columns;
  }
  m_tally = &m_tallies[block.file];
  m_file = block.file;
  m_sequence = block.sequence;
  m_block_offset = block.offset;
  m_line_number = 0;
  learn_types();
}

void Intake::expect(const LineForm& form) {
  if (form == m_form) return;
  m_form = form;
  m_previous = nullptr;
  for (auto& [name, metric] : m_metrics) set_line_begin(*metric);
}

/// That of a metric which is not plain is not used: it never follows.
void Intake::set_line_begin(Metric& metric) const {
  metric.line_begin = LineBegin(std::string(m_form.before) + metric.name + std::string(m_form.behind));
}

void Intake::take_point(Metric& metric, Path& path, std::int64_t time_ns, double value) {
  count_point();
  if (path.ambiguous) ++m_tally->ambiguous;
  const series::Point point{time_ns, value, m_file, m_position};
  if (!path.whole.empty()) m_partial.add_whole(path.whole, point);
  if (path.route.empty()) {
    ++(metric.exported ? metric.tally.not_selected : metric.tally.passed_over);
    return;
  }
  if (!m_partial.add(path.route, point)) {
    ++metric.tally.out_of_range;
    return;
  }
  ++metric.tally.taken;
  if (path.noted) return;
  path.noted = true;
  note_value(m_test_run_ids, path.test_run_id);
  note_value(m_test_ids, path.test_id);
}

Intake::Path Intake::make_path(Metric& metric, const Line& line) {
  Path path;
  path.test_run_id = series::find_tag(line.tags, k_names_of_run[0]);
  path.test_id = series::find_tag(line.tags, k_names_of_run[1]);
  path.ambiguous = line.ambiguous;
  const bool csv = m_columns != nullptr;
  metric.tally.in_csv = metric.tally.in_csv || csv;
  const bool type_may_come = !csv || m_types.may_be_declared();
  metric.tags.note_first({m_file, m_position}, line.tags);
  for (const std::size_t index : metric.rules) {
    const series::Tags asked = asked_for(m_rules[index], line.metadata);
    metric.tags.note(m_rules[index].asks_for, line.tags);
    metric.tags.note(m_rules[index].asks_for, asked);
    path.ambiguous = path.ambiguous || (!asked.empty() && line.ambiguous_metadata);
    if (!metric.type && !type_may_come) continue;
    series::Accumulator* const series = m_partial.route(
        metric.name, index, asked.empty() ? line.tags : with_metadata(line.tags, asked), metric.type);
    if (series != nullptr) (m_rules[index].whole_run ? path.whole : path.route).push_back(series);
  }
  return path;
}

void Intake::Paths::keep(const Metric& metric, Path path) {
  if (m_by_metric.size() <= metric.number) m_by_metric.resize(metric.number + 1);
  m_by_metric[metric.number] = std::make_unique<Path>(std::move(path));
}

Intake::Paths& Intake::remember(PathsByText& paths, std::string_view tags_text, const Metric& metric,
                                Path path) {
  constexpr std::size_t k_entry_bytes = 128;  // of the table itself, roughly
  constexpr std::size_t k_path_bytes = sizeof(Path) + 64;
  if (m_remembered_bytes + tags_text.size() + k_entry_bytes + k_path_bytes > k_remembered_bytes)
    forget_paths();
  const auto [known, made] = paths.make(tags_text);
  if (made) m_remembered_bytes += tags_text.size() + k_entry_bytes;
  m_remembered_bytes += k_path_bytes;
  known.keep(metric, std::move(path));
  return known;
}

void Intake::forget_paths() {
  for (const auto& deciding : m_deciding) {
    deciding->by_whole.clear();
    deciding->by_deciding.clear();
  }
  m_remembered_bytes = 0;
}

void Intake::take_line(const Line& line) {
  if (line.kind == Line::Kind::blank) return;
  if (line.kind == Line::Kind::metric) {
    ++m_tally->k6_lines;
    m_types.declare(line.metric, line.type, line.contains);
    m_types.note_thresholds(line.metric, m_file, line.thresholds);
    learn_types();
    return;
  }
  Metric& of = metric(line.metric);
  if (of.rules.empty()) return pass_over(of);
  Path path = make_path(of, line);
  take_point(of, path, line.time_ns, line.value);
}

Intake::Metric* Intake::usual_metric(std::string_view name) {
  const auto entry = m_metrics.find(name);
  if (entry == m_metrics.end() && !is_plain(name)) return nullptr;
  Metric* const found = entry == m_metrics.end() ? &metric(name) : entry->second.get();
  if (!found->plain) return nullptr;
  if (m_previous != nullptr) {
    auto& next = m_previous->next;
    std::copy_backward(next.begin(), next.end() - 1, next.end());
    next.front() = found;
  }
  m_previous = found;
  return found;
}

Intake::Metric& Intake::metric(std::string_view name) {
  const auto entry = m_metrics.find(name);
  if (entry != m_metrics.end()) return *entry->second;
  auto made = std::make_unique<Metric>();
  made->name = name;
  made->number = m_metrics.size();
  made->plain = is_plain(name);
  set_line_begin(*made);
  made->rules = m_partial.rules_of(name);
  made->exported = std::any_of(made->rules.begin(), made->rules.end(),
                               [this](std::size_t index) { return !m_rules[index].whole_run; });
  const std::optional<series::MetricInfo> info =
      m_columns == nullptr ? m_types.declared(name) : m_types.for_csv(name);
  if (info) made->type = info->type;
  made->deciding = deciding_of(made->rules);
  return *m_metrics.emplace(std::string(name), std::move(made)).first->second;
}

Intake::Deciding* Intake::deciding_of(const std::vector<std::size_t>& rules) {
  std::set<std::string> names(k_names_of_run.begin(), k_names_of_run.end());
  auto deciding = std::make_unique<Deciding>();
  for (const std::size_t index : rules) {
    names.insert(m_rules[index].asks_for.begin(), m_rules[index].asks_for.end());
    deciding->all_tags = deciding->all_tags || m_rules[index].keep_all_tags;
  }
  deciding->names.assign(names.begin(), names.end());
  const auto same = std::find_if(m_deciding.begin(), m_deciding.end(), [&](const auto& other) {
    return other->names == deciding->names && other->all_tags == deciding->all_tags;
  });
  return same != m_deciding.end() ? same->get() : m_deciding.emplace_back(std::move(deciding)).get();
}

/// Types that other threads, or this one, have met since the last time.
void Intake::learn_types() {
  if (m_types.version() == m_types_version) return;
  const auto declared = m_types.declared_since(m_types_version);
  m_types_version += declared.size();
  for (const auto& [name, type] : declared) {
    const auto found = m_metrics.find(name);
    if (found == m_metrics.end() || found->second->type || found->second->rules.empty()) continue;
    found->second->type = type;
    m_partial.set_type(name, type);
  }
}

void Intake::count_bad(LineProblem problem) {
  ++m_tally->bad_lines;
  if (is_of_k6(problem)) ++m_tally->k6_lines;
  const BadLine line{m_sequence, m_line_number, problem};
  if (problem == LineProblem::text) {
    ++m_tally->text_lines;
    if (!m_tally->first_text) m_tally->first_text = line;
  } else if (m_tally->shown.size() < k_shown_bad_lines) {
    m_tally->shown.push_back(line);
  }
}

std::set<std::string> Intake::metrics() const {
  std::set<std::string> names;
  for (const auto& [name, metric] : m_metrics) {
    if (metric->tally.points() > 0) names.insert(name);
  }
  return names;
}

void Intake::add_to(MetricTallies& all) const {
  for (const auto& [name, metric] : m_metrics) all[name].add(metric->tally);
}

void Intake::add_to(TagsMet& all) const {
  for (const auto& [name, metric] : m_metrics) {
    if (metric->tags.known) all[name].add(metric->tags);
  }
}

}  // namespace k6apm::k6
