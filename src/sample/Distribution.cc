#include "sample/Distribution.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include "core/Error.hh"
#include "core/Random.hh"

namespace caloforge::sample {
namespace {

using core::InputError;

double number_in(const std::string& word) {
    double value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc{} || end != word.data() + word.size() || !std::isfinite(value))
        throw InputError(fmt::format("`{}` is no number", word));
    return value;
}

std::vector<double> numbers_in(const std::string& text, char separator) {
    std::vector<double> out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        out.push_back(number_in(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    return out;
}

}  // namespace

Distribution::Distribution(Kind kind, std::vector<double> numbers) : kind_(kind) {
    assert(!numbers.empty());
    const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
    low_ = *low;
    high_ = *high;
    if (kind == Kind::in_turn || kind == Kind::evenly) list_ = std::move(numbers);
}

Distribution Distribution::parse(const std::string& text) {
    constexpr const char* log_prefix = "log:";
    const bool log = text.starts_with(log_prefix);
    const std::string rest = log ? text.substr(std::char_traits<char>::length(log_prefix)) : text;
    if (!log && rest.find(':') == std::string::npos) {
        const std::vector<double> list = numbers_in(rest, ',');
        return list.size() == 1 ? value(list[0]) : in_turn(list);
    }
    const std::vector<double> ends = numbers_in(rest, ':');
    if (ends.size() != 2) throw InputError(fmt::format("`{}` is no range", rest));
    if (ends[0] > ends[1]) {
        throw InputError(
            fmt::format("the range is upside down. Write {}{}:{}?", log ? log_prefix : "", ends[1], ends[0]));
    }
    if (log && !(ends[0] > 0)) throw InputError("a logarithmic range begins above zero");
    return log ? log_range(ends[0], ends[1]) : range(ends[0], ends[1]);
}

Distribution Distribution::scaled(double factor) const {
    Distribution out = *this;
    out.low_ *= factor;
    out.high_ *= factor;
    for (double& number : out.list_) number *= factor;
    return out;
}

double Distribution::draw(const Key& key, std::uint32_t stream, std::uint32_t element) const {
    if (kind_ == Kind::in_turn) return list_[key.number % list_.size()];
    if (low_ == high_) return low_;
    const double u = core::RandomStream(key.seed, key.number, stream).uniform_at(element);
    switch (kind_) {
        case Kind::evenly:
            return list_[static_cast<std::size_t>(u * static_cast<double>(list_.size()))];
        case Kind::log_uniform:
            return std::clamp(low_ * std::pow(high_ / low_, u), low_, high_);
        default:
            return low_ + (high_ - low_) * u;
    }
}

}  // namespace caloforge::sample
