// SPDX-License-Identifier: Apache-2.0
// The -o of kubectl: of jsonpath and custom-columns the paths of fields are
// read, and each must lead to what holds no secret.  Whole objects do, in
// environments and in the annotation with the configuration last applied.
#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

constexpr std::string_view kHarmless[] = {"kind",
                                          "apiVersion",
                                          "status",
                                          "reason",
                                          "message",
                                          "type",
                                          "count",
                                          "lastTimestamp",
                                          "firstTimestamp",
                                          "involvedObject",
                                          "source",
                                          "roleRef",
                                          "subjects",
                                          "metadata.name",
                                          "metadata.namespace",
                                          "metadata.labels",
                                          "metadata.creationTimestamp",
                                          "metadata.deletionTimestamp",
                                          "metadata.uid",
                                          "metadata.generation",
                                          "metadata.resourceVersion",
                                          "metadata.ownerReferences",
                                          "metadata.finalizers",
                                          "spec.nodeName",
                                          "spec.replicas",
                                          "spec.clusterIP",
                                          "spec.type",
                                          "spec.ports",
                                          "spec.selector",
                                          "spec.schedule",
                                          "spec.suspend",
                                          "spec.host",
                                          "spec.rules",
                                          "spec.tls",
                                          "spec.ingressClassName",
                                          "spec.storageClassName",
                                          "spec.capacity",
                                          "spec.accessModes",
                                          "spec.volumeName",
                                          "spec.nodeSelector",
                                          "spec.serviceAccountName",
                                          "spec.restartPolicy",
                                          "spec.taints",
                                          "spec.unschedulable",
                                          "spec.podCIDR",
                                          "spec.providerID",
                                          "spec.tolerations",
                                          "spec.claimRef",
                                          "spec.strategy",
                                          "spec.minReplicas",
                                          "spec.maxReplicas",
                                          "spec.containers.name",
                                          "spec.containers.image",
                                          "spec.containers.resources",
                                          "spec.containers.ports",
                                          "spec.initContainers.name",
                                          "spec.initContainers.image",
                                          "spec.template.metadata.labels",
                                          "spec.template.spec.containers.name",
                                          "spec.template.spec.containers.image",
                                          "spec.template.spec.containers.resources",
                                          "spec.template.spec.containers.ports"};

bool is_path_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

bool is_harmless(std::string_view path) {
  if (path.starts_with("items.")) path.remove_prefix(6);
  return std::ranges::any_of(kHarmless, [&](std::string_view known) {
    return path == known ||
           (path.starts_with(known) && path.size() > known.size() && path[known.size()] == '.');
  });
}

// A path without what stands in its brackets: [0], [*], [?(@.type=="Ready")]; a
// name there is not understood.
std::string path_at(std::string_view text, std::size_t& i) {
  std::string path;
  while (i < text.size() && (is_path_char(text[i]) || text[i] == '[')) {
    if (text[i] == '[') {
      const auto close = text.find(']', i);
      const char first = i + 1 < text.size() ? text[i + 1] : ']';
      if (close == std::string_view::npos ||
          (first != '*' && first != '?' && std::isdigit(static_cast<unsigned char>(first)) == 0))
        return "..";
      i = close + 1;
    } else if (text[i] == '.' && text.substr(i, 2) == "..") {
      return "..";
    } else {
      path += text[i++];
    }
  }
  return path.substr(std::min(path.size(), path.find_first_not_of('.')));
}

}  // namespace

std::string not_only_fields(std::string_view format) {
  if (format == "wide" || format == "name") return "";
  const bool columns = format.starts_with("custom-columns=");
  if (!columns && !format.starts_with("jsonpath=")) return "whole objects may show secrets";
  format.remove_prefix(format.find('=') + 1);
  std::size_t paths = 0;
  for (std::size_t i = 0; i < format.size();) {
    const char c = format[i];
    if (c == '"' || c == '\'') {  // a text to print
      const auto close = format.find(c, i + 1);
      if (close == std::string_view::npos) return "is not understood";
      i = close + 1;
    } else if (c == '.' || c == '[') {
      // In {range .items[*]} nothing is printed yet.
      const bool range = format.substr(0, i).ends_with("range ");
      const auto path = path_at(format, i);
      if (!is_harmless(path) && !(range && path == "items"))
        return "." + path + " may show secrets";
      ++paths;
    } else if (c == '@' || c == '$' || c == '*') {
      return "whole objects may show secrets";
    } else {
      ++i;
    }
  }
  return paths > 0 ? "" : "is not understood";
}

}  // namespace hitl::classify
