// SPDX-License-Identifier: Apache-2.0
#include "notify/post.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/encoding.h"
#include "base/handle.h"
#include "crypto/digest.h"

namespace hitl::notify {
namespace {

using Curl = Owner<CURL, curl_easy_cleanup>;
using Headers = Owner<curl_slist, curl_slist_free_all>;

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void add(Headers& headers, const std::string& line) {
  headers.reset(curl_slist_append(headers.release(), line.c_str()));
}

Result<std::string> secret_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  auto secret = text.str();
  while (secret.ends_with('\n')) secret.pop_back();
  if (!in || secret.empty()) return fail(Errc::Invalid, file + ": no secret in it");
  return secret;
}

}  // namespace

Status post(const config::Notification& to, const std::string& body) {
  HITL_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
  const Curl curl(curl_easy_init());
  Headers headers;
  add(headers, "Content-Type: application/json");
  if (!to.secret_file.empty()) {
    const auto secret = secret_of(to.secret_file);
    if (!secret) return secret.error();
    add(headers, "X-Hitl-Signature: sha256=" + hex(crypto::hmac_sha256(*secret, body)));
  }
  auto* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, to.webhook.c_str());
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(c, CURLOPT_USERAGENT, "hitl-bastion");
  if (const auto code = curl_easy_perform(c); code != CURLE_OK)
    return fail(Errc::Closed, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 299)
    return fail(Errc::Closed, fmt::format("the webhook answered {}", status));
  return Ok{};
}

}  // namespace hitl::notify
