#include "validate/figure/Axis.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace caloforge::validate::figure {
namespace {

constexpr std::size_t fewest = 3;
constexpr std::size_t most = 8;
constexpr double rounding = 1e-9;  // of an axis: two values that are not told apart

using Values = std::vector<double>;

// Multiples of `step` within the axis.
Values multiples(const Axis& axis, double step) {
    Values out;
    const double slack = rounding * (axis.high - axis.low);
    for (double n = std::ceil((axis.low - slack) / step); n * step <= axis.high + slack; ++n)
        out.push_back(n == 0 ? 0.0 : n * step);
    return out;
}

// {1, 2, 5} x 10^k: the largest that goes `fewest` times into the axis, and in how many parts minor ticks cut
// it.
struct Step {
    double size;
    double parts;
};

Step linear_step(const Axis& axis) {
    const double largest = (axis.high - axis.low) * (1 + rounding) / static_cast<double>(fewest);
    const double decade = std::pow(10.0, std::floor(std::log10(largest)));
    if (5 * decade <= largest) return {5 * decade, 5};
    if (2 * decade <= largest) return {2 * decade, 4};
    return {decade, 5};
}

// Products of powers of ten (every `stride`-th of them) and `factors` within the axis.
Values logarithmic(const Axis& axis, std::initializer_list<int> factors, int stride = 1) {
    Values out;
    const int last = static_cast<int>(std::floor(std::log10(axis.high) + rounding));
    for (int power = static_cast<int>(std::floor(std::log10(axis.low) - rounding)); power <= last; ++power) {
        if (power % stride != 0) continue;
        for (const int factor : factors) {
            const double value = factor * std::pow(10.0, power);
            if (value >= axis.low * (1 - rounding) && value <= axis.high * (1 + rounding))
                out.push_back(value);
        }
    }
    return out;
}

bool good(const Values& values) {
    return values.size() >= fewest && values.size() <= most;
}

std::string with_minus(std::string number) {
    if (!number.empty() && number.front() == '-') number.replace(0, 1, "−");
    return number;
}

// Digits behind the point that tell multiples of `step` apart.
int decimals(double step) {
    return std::max(0, -static_cast<int>(std::floor(std::log10(step) + rounding)));
}

Ticks linear_ticks(const Axis& axis) {
    const Step step = linear_step(axis);
    Ticks out{multiples(axis, step.size), multiples(axis, step.size / step.parts), {}, {}};
    const double largest = std::max(std::abs(out.major.front()), std::abs(out.major.back()));
    const int power = static_cast<int>(std::floor(std::log10(largest) + rounding));
    const bool factored = power < -2 || power >= 5;
    const double unit = factored ? std::pow(10.0, power) : 1.0;
    if (factored) {
        out.factor = power_of_ten(power);
        out.factor.front().text.insert(0, "×");
    }
    for (const double value : out.major)
        out.labels.push_back(
            {{with_minus(fmt::format("{:.{}f}", value / unit, decimals(step.size / unit)))}});
    return out;
}

RichText logarithmic_label(double value, bool as_power) {
    if (!as_power) return {{fmt::format("{:.6g}", value)}};
    const int power = static_cast<int>(std::floor(std::log10(value) + rounding));
    const double factor = value / std::pow(10.0, power);
    return factor < 1.5 ? power_of_ten(power) : power_of_ten(power, fmt::format("{:.0f}", factor));
}

Ticks logarithmic_ticks(const Axis& axis) {
    const Values decades = logarithmic(axis, {1});
    const Values all = logarithmic(axis, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    Ticks out;
    out.minor = all;
    if (decades.size() > most) {
        out.major = logarithmic(axis, {1}, static_cast<int>((decades.size() + most - 1) / most));
        out.minor = decades;
    } else if (good(decades)) {
        out.major = decades;
    } else if (const Values some = logarithmic(axis, {1, 2, 5}); good(some)) {
        out.major = some;
    } else if (good(all)) {
        out.major = all;
    } else {
        return linear_ticks(axis);
    }
    const bool as_power = out.major.front() < 0.0099 || out.major.back() > 1001;
    for (const double value : out.major) out.labels.push_back(logarithmic_label(value, as_power));
    return out;
}

}  // namespace

double Axis::part(double value) const {
    constexpr double far = 3;
    if (log && !(value > 0)) return -far;
    const double part = log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return std::clamp(part, -far, far);
}

double Axis::value(double part) const {
    return log ? low * std::pow(high / low, part) : low + part * (high - low);
}

Axis make_axis(double low, double high, bool log) {
    const double smallest = 1e-6 * std::max(std::abs(low), std::abs(high));
    if (high - low < smallest || high == low) {
        const double middle = low / 2 + high / 2;
        const double half = middle == 0 ? 1 : std::abs(middle) / 2;
        return {middle - half, middle + half, log};
    }
    return {low, high, log};
}

bool geometric(const std::vector<double>& edges) {
    constexpr double in_all = 20;
    constexpr double tolerance = 0.02;
    if (edges.size() < 3 || !(edges.front() > 0) || edges.back() / edges.front() < in_all) return false;
    const double factor = edges[1] / edges[0];
    for (std::size_t i = 1; i < edges.size(); ++i) {
        if (!(std::abs(edges[i] / edges[i - 1] / factor - 1) < tolerance)) return false;
    }
    return true;
}

Ticks ticks(const Axis& axis) {
    return axis.log ? logarithmic_ticks(axis) : linear_ticks(axis);
}

}  // namespace caloforge::validate::figure
