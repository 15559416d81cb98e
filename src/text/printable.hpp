// Foreign text made fit for a terminal and a log: what comes from files and servers may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace k6apm::text {

/// `text` with control characters (C0, DEL and C1: escape sequences among them) as blanks and what is not
/// UTF-8 as U+FFFD.
std::string printable(std::string_view text);

}  // namespace k6apm::text
