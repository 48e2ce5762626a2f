#include "core/EnergySpec.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/Error.hh"
#include "core/Random.hh"

namespace caloforge::core {
namespace {

double parse_energy(const std::string& word, const std::string& whole) {
    double value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc{} || end != word.data() + word.size() || !std::isfinite(value) || value <= 0) {
        throw UsageError(fmt::format(
            "--energy {}: `{}` is not a positive energy in GeV. Write 50, 10:500 or 50,100?", whole, word));
    }
    return value;
}

}  // namespace

EnergySpec EnergySpec::parse(const std::string& text) {
    EnergySpec spec;
    spec.text_ = text;
    if (const auto colon = text.find(':'); colon != std::string::npos) {
        spec.low_ = parse_energy(text.substr(0, colon), text);
        spec.high_ = parse_energy(text.substr(colon + 1), text);
        if (spec.low_ > spec.high_) {
            throw UsageError(fmt::format("--energy {}: the range is upside down. Write {}:{}?", text,
                                         spec.high_, spec.low_));
        }
        return spec;
    }
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        spec.list_.push_back(parse_energy(text.substr(begin, comma - begin), text));
        begin = comma + 1;
    }
    spec.low_ = *std::min_element(spec.list_.begin(), spec.list_.end());
    spec.high_ = *std::max_element(spec.list_.begin(), spec.list_.end());
    return spec;
}

double EnergySpec::energy(std::uint64_t seed, std::uint64_t shower) const {
    if (!list_.empty()) return list_[shower % list_.size()];
    return low_ + (high_ - low_) * RandomStream(seed, shower, energy_stream).uniform_at(0);
}

}  // namespace caloforge::core
