// The functions of libcurl that are used, with the types of its header.
#pragma once

#include <curl/curl.h>

#include "shared_library.hpp"

namespace k6apm::delivery {

/// Called as in curl's manual, without the prefix: libcurl().easy_init().
class LibCurl : private SharedLibrary {
 public:
  LibCurl() : SharedLibrary("libcurl.so.4", "sending", "libcurl4") {}

  decltype(&curl_easy_cleanup) easy_cleanup = function("curl_easy_cleanup");
  decltype(&curl_easy_getinfo) easy_getinfo = function("curl_easy_getinfo");
  decltype(&curl_easy_header) easy_header = function("curl_easy_header");
  decltype(&curl_easy_init) easy_init = function("curl_easy_init");
  decltype(&curl_easy_reset) easy_reset = function("curl_easy_reset");
  decltype(&curl_easy_setopt) easy_setopt = function("curl_easy_setopt");
  decltype(&curl_free) free = function("curl_free");
  decltype(&curl_global_init) global_init = function("curl_global_init");
  decltype(&curl_multi_add_handle) multi_add_handle = function("curl_multi_add_handle");
  decltype(&curl_multi_cleanup) multi_cleanup = function("curl_multi_cleanup");
  decltype(&curl_multi_info_read) multi_info_read = function("curl_multi_info_read");
  decltype(&curl_multi_init) multi_init = function("curl_multi_init");
  decltype(&curl_multi_perform) multi_perform = function("curl_multi_perform");
  decltype(&curl_multi_poll) multi_poll = function("curl_multi_poll");
  decltype(&curl_multi_remove_handle) multi_remove_handle = function("curl_multi_remove_handle");
  decltype(&curl_slist_append) slist_append = function("curl_slist_append");
  decltype(&curl_slist_free_all) slist_free_all = function("curl_slist_free_all");
  decltype(&curl_strnequal) strnequal = function("curl_strnequal");
  decltype(&curl_url) url = function("curl_url");
  decltype(&curl_url_cleanup) url_cleanup = function("curl_url_cleanup");
  decltype(&curl_url_get) url_get = function("curl_url_get");
  decltype(&curl_url_set) url_set = function("curl_url_set");
  decltype(&curl_version_info) version_info = function("curl_version_info");
};

/// Loads it on the first call; from any thread. Throws Error(usage) where it cannot be loaded, until it can.
const LibCurl& libcurl();

}  // namespace k6apm::delivery
