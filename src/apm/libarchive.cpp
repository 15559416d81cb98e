#include "apm/libarchive.hpp"

namespace k6apm::apm {

const LibArchive& libarchive() {
  static const LibArchive loaded;
  return loaded;
}

}  // namespace k6apm::apm
