// Destinations that write over each other.
#pragma once

#include <vector>

#include "ways_out.hpp"

namespace k6apm {

/// Says where a destination sends a metric under a name that an earlier one sends to the same place, where
/// the receiver would keep the later point of each second and say nothing.
void note_overlaps(std::vector<Route>& routes);

}  // namespace k6apm
