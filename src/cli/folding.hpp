// Many messages of one kind as a few.
#pragma once

#include <vector>

#include "notice.hpp"

namespace k6apm::cli {

/// The notices in their order, of each kind the first five; where there are more, the count of the others
/// stands behind the fifth. What has no kind stays.
std::vector<Notice> folded(const std::vector<Notice>& notices);

}  // namespace k6apm::cli
