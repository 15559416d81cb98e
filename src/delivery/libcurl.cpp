#include "delivery/libcurl.hpp"

namespace k6apm::delivery {

const LibCurl& libcurl() {
  static const LibCurl loaded;
  return loaded;
}

}  // namespace k6apm::delivery
