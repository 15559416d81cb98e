// The page without its data. What this declares is made by embed.cmake from page.html, page.css, charts.js,
// page.js and uPlot.
#pragma once

#include <string_view>

namespace k6apm::preview {

/// Up to where the JSON stands, and behind it.
extern const std::string_view k_before_data;
extern const std::string_view k_after_data;

}  // namespace k6apm::preview
