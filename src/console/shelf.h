// SPDX-License-Identifier: Apache-2.0
// A list of requests with a cursor in it: the queue, the history, the reviews.
// Rows are what a person sees of it: filtered, and in the queue with an agent's
// flood folded into one line.  Pure.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hitl/operator_protocol.h"

namespace hitl::console {

enum class Order : std::uint8_t { Urgency, NewestFirst };

struct Shelf {
  std::vector<operators::RequestView> requests;  // in the order
  Order order = Order::Urgency;
  bool listed = false;             // it has been fetched since the link is up
  std::string selected;            // the id, or group_key(); empty only if there is no row
  int scroll = 0;                  // first line of the detail
  std::string filter;              // words that a row must have; empty: all rows
  std::set<std::string> unfolded;  // agents whose flood is shown line by line
};

// From so many undecided requests on, an agent's are one line.
inline constexpr std::size_t kFlood = 8;

// One line of a list: a request, or the line of an agent's flood.
struct Row {
  const operators::RequestView* request = nullptr;  // of a flood: the most urgent
  std::size_t count = 0;                            // requests of the flood; 0: no such line
  bool unfolded = false;
  std::string key() const;
};

std::string group_key(std::string_view agent);
// How much harm: 0 (reads) to 4 (not understood).
int risk_of(const operators::RequestView& request);

std::vector<Row> rows_of(const Shelf& shelf);
// Row of what is selected; -1 if it is not there.
int selected_row(const Shelf& shelf, const std::vector<Row>& rows);
int selected_row(const Shelf& shelf);
// The request under the cursor; none on the line of a flood.
const operators::RequestView* selected_request(const Shelf& shelf);
operators::RequestView* find(Shelf& shelf, std::string_view id);

void sort(Shelf& shelf);
// At its place in the order.
void insert(Shelf& shelf, operators::RequestView request);

}  // namespace hitl::console
