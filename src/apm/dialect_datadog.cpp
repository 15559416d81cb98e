// What a block of provider datadog has besides: the keys and where they are good for.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "apm/dialect.hpp"
#include "apm/secret.hpp"

namespace k6apm::apm {

namespace {

// The regions of the k6 pages, then the sites that Datadog has opened since.
constexpr std::string_view regions[] = {"us",      "us1", "eu",  "eu1", "us3",    "us5",
                                        "us1-fed", "ap1", "ap2", "uk1", "us2-fed"};

}  // namespace

void DestinationReader::read_datadog() {
  m_destination.api_key = Secret(text("apiKey"));
  m_destination.app_key = Secret(text("appKey"));
  const Member* api_key = member("apiKey");
  if (api_key == nullptr) {
    std::string hint = hint_for_missing(*m_object, "apiKey");
    if (hint.empty()) hint = hint_for_missing(*m_object, "api_key");
    disable(m_value.where(), "apiKey is missing", std::move(hint));
  } else if (const auto* key = api_key->value.as<std::string>(); key != nullptr && key->empty()) {
    disable(api_key->value.where(), fmt::format("{} is empty", api_key->key));
  }
  for (const std::string_view meaning : {"apiKey", "appKey"}) {
    const Member* key = member(meaning);
    const auto* value = key == nullptr ? nullptr : key->value.as<std::string>();
    if (value != nullptr) check_one_line(key->key, *value, key->value.where());
  }
  m_destination.api_url = text("apiURL");
  if (!m_destination.api_url.empty() || member("apiURL") != nullptr)
    check_url("apiURL", m_destination.api_url);
  record_secret("apiKey");
  record_secret("appKey");
  read_region();
  record_url("apiURL", m_destination.api_url);
}

void DestinationReader::read_region() {
  const Member* m = member("region");
  if (m == nullptr) {
    if (!m_destination.region.empty()) {
      record_as("region", m_destination.region, *m_provider);
    } else if (m_destination.api_url.empty()) {
      m_destination.region = "us";
      record_default("region", m_destination.region);
    }
    return;
  }
  const std::string region = text("region");
  if (m->value.as<std::string>() == nullptr) return;
  const std::vector<std::string_view> known(std::begin(regions), std::end(regions));
  std::string lower = region;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (std::find(known.begin(), known.end(), lower) == known.end()) {
    disable(m->value.where(), fmt::format("unknown region \"{}\"; allowed are {}, or apiURL instead",
                                          cleaned(region), fmt::join(known, ", ")));
    return;
  }
  m_destination.region = std::move(lower);
  record(*m, region);
  if (!m_destination.api_url.empty())
    note(m->where(), "apiURL is given too and counts; region is passed over");
}

}  // namespace k6apm::apm
