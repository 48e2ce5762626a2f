#pragma once

#include <string>
#include <vector>

#include "sample/Columns.hh"

namespace caloforge::sample {

/// Messages between ranks of one machine type and program: numbers go as they are. What is put behind `out`
/// is taken off the front of `from` in the same order.
void put(std::string& out, const std::vector<float>& values);
void put(std::string& out, const std::vector<double>& values);
void put(std::string& out, const Columns& columns);
void take(std::string_view& from, std::vector<float>& values);
void take(std::string_view& from, std::vector<double>& values);
void take(std::string_view& from, Columns& columns);

}  // namespace caloforge::sample
