// Sends ready request bodies as fast as a plain client can: over so many kept connections, each taking the
// next body when its last was answered, in the order of their names. The end of the run is the answer to the
// last.
//
//     post_bodies URL CONNECTIONS DIR [HEADER]...
#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

struct Work {
  std::string url;
  std::vector<std::string> paths, headers;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
};

void connection(Work& work) {
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  for (const std::string& header : work.headers) headers = curl_slist_append(headers, header.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, work.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignore);
  for (std::size_t i = work.next++; i < work.paths.size() && !work.failed; i = work.next++) {
    std::ifstream file(work.paths[i], std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status / 100 != 2) {
      std::fprintf(stderr, "%s: %s, status %ld\n", work.paths[i].c_str(), curl_easy_strerror(code), status);
      work.failed = true;
    }
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: post_bodies URL CONNECTIONS DIR [HEADER]...\n");
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Work work{argv[1], {}, {argv + 4, argv + argc}};
  for (const auto& entry : std::filesystem::directory_iterator(argv[3]))
    if (entry.path().extension() == ".body") work.paths.push_back(entry.path());
  std::sort(work.paths.begin(), work.paths.end());
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[2]); ++i) threads.emplace_back([&work] { connection(work); });
  for (std::thread& thread : threads) thread.join();
  return work.failed ? 1 : 0;
}
