// The seam to receivers: what a provider has to offer. A new provider is one .cpp, one row in the table, its
// tests and its page in the manual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apm/destination.hpp"
#include "notice.hpp"
#include "providers/body_contents.hpp"
#include "providers/payload.hpp"
#include "providers/test_run.hpp"
#include "series/series.hpp"
#include "series/trend_stats.hpp"

namespace k6apm::providers {

/// What an answer means for a request.
enum class Verdict {
  delivered,  ///< acknowledged
  retry,      ///< may pass: send the same bytes again later
  refused,    ///< refused for good; other requests may still be taken
  stop,       ///< refused for good, and so would be every other request (credentials, wrong address)
  too_large,  ///< smaller parts of it may be taken
  bad_part,   ///< something in it is refused, and the rest with it: parts without it may be taken
  partly,     ///< a part of it is taken, the rest refused for good
};

/// An answer, understood. The verdict follows the status, and the body only where the status is not meant.
struct Judgement {
  Verdict verdict = Verdict::retry;
  std::string words{};  ///< what the receiver said, as far as it is for people: foreign text, not cleaned.
                        ///< After Verdict::delivered a complaint, which is to be reported
  std::uint64_t points_taken = 0;  ///< Verdict::partly: of the payload's points
};

/// The times that a receiver takes, seen from the present; it drops points outside them in silence, or they
/// do harm there.
struct TimeLimits {
  std::optional<std::int64_t> max_age_s{};  ///< how far back; nothing: any age
  std::int64_t max_ahead_s = 0;             ///< how far ahead
};

/// Unix seconds from `first_s` to `last_s`, both included.
struct TimeRange {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t last_s = std::numeric_limits<std::int64_t>::max();
};

/// Choices of the person that concern names and values.
struct ExportSettings {
  std::vector<series::TrendStat> trend_stats{};
  std::vector<double> quantiles{};  ///< what series::Window::quantiles holds: all of `trend_stats` and others
  bool rate_counts = false;         ///< beside each Rate its two counters
  bool k6_names = false;            ///< Prometheus: names and units of k6's own Prometheus output
  bool native_histograms = false;   ///< Prometheus: Trends as native histograms, from series::Series::buckets
  series::Tags constant_tags{};  ///< --tag, test_run_id where the block asks for it, testid with `k6_names`
  TimeRange taken{};             ///< the times that the receiver takes
  bool send_old = false;         ///< also points before these times, where the receiver can take them
  bool send_ahead = false;       ///< also points after them
  std::size_t threads = 1;       ///< that values are computed with; they do not depend on it
  bool count_only = false;       ///< nothing is sent in truth: payloads hold the other points, too
  bool verify = false;           ///< Export::read_back() will be asked for
  std::string query_url{};       ///< --query-url: where to ask; empty: beside the URL of the destination
};

/// What is exported of one entry, for the dry run and the report.
struct MetricSummary {
  std::string source{};  ///< the entry's selector
  std::string target{};  ///< the exported name without suffixes
  series::MetricType type = series::MetricType::counter;
  std::uint64_t series = 0;  ///< exported series, each statistic of a Trend being one
  std::uint64_t points = 0;  ///< samples without stale markers
  double min = 0;  ///< of the values in the windows: sums of a Counter, means of a Trend, shares of a Rate
  double max = 0;
  std::vector<double> chart{};  ///< those values over time, all series of the metric together, at most 60
  series::Selected from{};      ///< the series that it is made from
};

class Export;

/// Hands over one payload after another; false at the end.
using PayloadSource = std::function<bool(Payload& payload)>;

/// Takes a text piece by piece; false: no more is wanted.
using TextSink = std::function<bool(std::string_view piece)>;

/// What a receiver holds of the points that it has acknowledged, asked for one query after another, in
/// rounds: what is found is not asked for again. For one thread.
class ReadBack {
 public:
  ReadBack() = default;
  ReadBack(const ReadBack&) = delete;
  ReadBack& operator=(const ReadBack&) = delete;
  virtual ~ReadBack() = default;

  /// Begins a round: asks anew for everything that is still missing. Before the first round all is missing.
  virtual void begin() = 0;
  /// The next query of the round; false where there is none left. take() comes before the next call.
  virtual bool next(Call& query) = 0;
  /// Compares the answer to the last query. Throws std::runtime_error where it is none.
  virtual void take(std::string_view answer) = 0;
  virtual std::uint64_t missing() const = 0;  ///< points
  /// What a person can do where queries are refused; empty where there is nothing.
  virtual std::string refusal_hint() const { return {}; }
  /// What a person can do where points stay missing, after a round.
  virtual std::string missing_hint() const {
    return "they may show later: the same command compares again, and sends nothing twice that matters";
  }
  /// The points that are missing, to be sent again; lives as long as this object.
  virtual std::unique_ptr<Export> missing_points() = 0;
};

/// The series of one destination, cut into payloads one at a time. For one thread at a time.
class Export {
 public:
  Export() = default;
  Export(const Export&) = delete;
  Export& operator=(const Export&) = delete;
  virtual ~Export() = default;

  virtual const std::vector<MetricSummary>& metrics() const = 0;
  virtual const std::vector<Notice>& notices() const = 0;
  virtual std::uint64_t series() const = 0;  ///< exported series
  virtual std::uint64_t points() const = 0;  ///< samples without stale markers, the untimely ones among them

  /// Points outside the times that the receiver takes which next() leaves out.
  virtual std::uint64_t untimely() const { return 0; }
  /// What to say of points that the receiver would drop for their time, left out or not; without text where
  /// there are none.
  virtual Notice untimely_notice() const { return {}; }
  /// Requests that make the receiver take the points that are too old otherwise; none where there are none.
  /// With `all` for every metric, since points grow old.
  virtual std::vector<Call> enabling_calls(const apm::Destination&, std::string_view /*user_agent*/,
                                           bool /*all*/) const {
    return {};
  }
  /// Requests that tell the receiver what the exported metrics are.
  virtual std::vector<Call> describing_calls(const apm::Destination&, std::string_view /*user_agent*/) const {
    return {};
  }

  /// From now on payloads are made in the provider's newer form; before the first next().
  virtual void use_newer_form() {}
  /// From now on payloads are for this test run, and series(), points() and metrics() tell of it; before the
  /// first next(). Only where the provider has a TestRunLife.
  virtual void begin(const TestRun&) {}
  /// The most virtual users that there were at a time; 0 where the provider does not want to know.
  virtual std::uint64_t most_vus() const { return 0; }
  /// Makes the next payload, in time order; false when there is none left.
  virtual bool next(Payload& payload) = 0;

  /// Writes all series as OpenMetrics text with times, whatever next() has made; false where the provider has
  /// no such text. Throws what `put` throws.
  virtual bool write_open_metrics(const TextSink& /*put*/) const { return false; }

  /// The receiver will never hold the points of this payload: read_back() is not to look for them.
  virtual void refused(const Payload&) {}
  /// Asks for what was sent, when next() has nothing left; null where the provider cannot be asked. Lives as
  /// long as this object.
  virtual std::unique_ptr<ReadBack> read_back(const apm::Destination&, std::string_view /*user_agent*/) {
    return nullptr;
  }
};

/// A newer form of a provider's requests, which not every receiver takes.
struct NewerForm {
  std::string_view name{};  ///< of this form and of the other, for people
  std::string_view older_name{};

  Endpoint (*endpoint)(const apm::Destination& destination, std::string_view user_agent) = nullptr;
  /// A request in this form that holds nothing, and whether its answer means that others are taken.
  Call (*question)(const apm::Destination& destination, std::string_view user_agent) = nullptr;
  bool (*is_taken)(long status, const std::vector<Header>& headers) = nullptr;

  /// What Provider::judge understood of the answer to a payload in this form, in the light of its headers.
  Judgement (*judge)(Judgement understood, const std::vector<Header>& headers,
                     const Payload& payload) = nullptr;
  /// As Provider::advice.
  std::string (*advice)(long status, std::string_view words, bool resent) = nullptr;
};

/// One row of the table. Functions that are null: the receiver has nothing of the kind.
struct Provider {
  std::string_view name{};  ///< in names of directories
  apm::ProviderKind kind{};
  std::string_view trend_stats{};  ///< what is exported of a Trend where nobody says otherwise
  std::string_view billed_as{};    ///< what its bill counts, one for each series: `custom metrics on ...`

  Endpoint (*endpoint)(const apm::Destination& destination, std::string_view user_agent) = nullptr;

  /// The receiver's own rules for names and tags, where what becomes equal is one series. A target that is
  /// empty afterwards cannot be used. Of the tags those go that have the name of a constant tag.
  std::string (*normalised_target)(std::string_view target) = nullptr;
  series::Tags (*normalised_tags)(const series::Tags& tags,
                                  const std::vector<std::string>& constant_names) = nullptr;

  /// `series` are those of this destination; `rule` of each is the index in `destination.entries`.
  std::unique_ptr<Export> (*open)(const apm::Destination& destination, std::vector<series::Series> series,
                                  const ExportSettings& settings) = nullptr;

  /// Headers that each payload has of its own, the same whenever it is sent.
  std::vector<Header> (*headers_of)(const Payload& payload) = nullptr;

  /// Where set, there is a test run around the payloads, and their endpoint is that of the run.
  const TestRunLife* life = nullptr;

  /// Understands the answer to a payload; `status` is an HTTP status, 200 and more.
  Judgement (*judge)(long status, std::string_view body) = nullptr;
  /// What a person can do about a refusal in these words; empty where nobody knows. `resent`: an earlier
  /// attempt of the request stayed without an answer, so that the receiver may have taken it then.
  std::string (*advice)(long status, std::string_view words, bool resent) = nullptr;

  /// Only what is sent is ever in it, never what is written to files.
  const NewerForm* newer_form = nullptr;

  /// Verdict::too_large and bad_part: the payload in two, by its series, or by the points of one series where
  /// `by_points` is set; nothing where it cannot be divided so.
  std::optional<std::pair<Payload, Payload>> (*halves)(const Payload& payload, bool by_points) = nullptr;
  /// The payload in two: what is before Unix time `time_ms`, and the rest; either may have no points.
  std::pair<Payload, Payload> (*cut)(const Payload& payload, std::int64_t time_ms) = nullptr;
  /// The payload's first series, for people.
  std::string (*first_series)(const Payload& payload) = nullptr;
  /// Verdict::bad_part may be about single points: the points of a series are divided, too. And one and the
  /// same server error, again and again, may be the fault of a part.
  bool seeks_bad_points = false;
  /// What was taken already may be refused when it comes again: Verdict::bad_part or refused after an attempt
  /// without an answer says little.
  bool refuses_doubles = false;

  const TimeLimits* time_limits = nullptr;
  bool last_wins = false;  ///< of two points of one series and time it keeps the later one, in silence

  /// A question before the first payload: Verdict::stop in the answer means that no payload will be taken.
  Call (*probe)(const apm::Destination& destination, std::string_view user_agent) = nullptr;
  Judgement (*judge_probe)(long status, std::string_view body) = nullptr;
  /// Understands the answer to a Call of an Export, or to a query of a ReadBack.
  Judgement (*judge_call)(long status, std::string_view body) = nullptr;
  /// Fills in the endpoint of a Call of an Export that was kept without one, for it may hold a login.
  void (*address)(Call& call, const apm::Destination& destination, std::string_view user_agent) = nullptr;
  /// What a person can do where Verdict::stop is the answer to one of these.
  std::string_view call_advice{};

  /// What the receiver holds of the points in these payloads, of which only the bodies count, in any order;
  /// null where it cannot be asked, as Export::read_back(). The payloads are not kept, their points
  /// are, 16 bytes each. `query_url` as in ExportSettings, `resample_s` is the length of the windows. Throws
  /// std::runtime_error where a body is none of this provider, and what `next` throws. `destination` has to
  /// outlive the result.
  std::unique_ptr<ReadBack> (*read_back_of)(const apm::Destination& destination, std::string_view user_agent,
                                            const std::string& query_url, int resample_s,
                                            const PayloadSource& next) = nullptr;

  /// Prints a request body as text, one point a line. Throws std::runtime_error where it is no body of this
  /// provider; `recognises` tells by the first bytes whether it could be one.
  bool (*recognises)(std::string_view body) = nullptr;
  void (*decode)(std::string_view body, std::ostream& out) = nullptr;
  /// The same for a chart: what stands in a request body, series by series. Throws as `decode`.
  BodyContents (*contents)(std::string_view body) = nullptr;
};

/// `endpoint` with the headers that the payload has of its own.
Endpoint endpoint_for(const Provider& provider, Endpoint endpoint, const Payload& payload);

/// The providers that this version can deliver to.
const std::vector<Provider>& providers();

/// The one for this kind, or null.
const Provider* find_provider(apm::ProviderKind kind);

}  // namespace k6apm::providers
