#include "validate/ProfileFaults.hh"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace caloforge::validate {
namespace {

constexpr double share = 0.01;

// NaN for null.
std::vector<double> numbers(const core::Json& list) {
    std::vector<double> out;
    for (const core::Json& one : list) out.push_back(one.is_number() ? one.get<double>() : std::nan(""));
    return out;
}

std::vector<bool> off_bins(const core::Json& profile, double limit) {
    const auto reference = numbers(profile.at("reference").at("y"));
    const auto reference_error = numbers(profile.at("reference").at("error"));
    const auto candidate = numbers(profile.at("candidate").at("y"));
    const auto candidate_error = numbers(profile.at("candidate").at("error"));
    double total = 0;
    for (const double y : reference) total += std::isfinite(y) ? y : 0;
    std::vector<bool> off;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double ratio = candidate[i] / reference[i];
        const double error =
            std::hypot(candidate_error[i] / reference[i], ratio * reference_error[i] / reference[i]);
        off.push_back(reference[i] > share * total && std::abs(ratio - 1) > limit + 2 * error);
    }
    return off;
}

}  // namespace

std::string where_off(const core::Json& profiles, const std::string& name, const std::string& energy,
                      double limit) {
    for (const core::Json& profile : profiles) {
        if (profile.at("name") != name || profile.at("energy") != energy) continue;
        const std::vector<bool> off = off_bins(profile, limit);
        const bool layers = name == "longitudinal_profile";
        const auto edges = numbers(profile.at("edges"));
        std::string text;
        for (std::size_t first = 0; first < off.size(); ++first) {
            if (!off[first]) continue;
            std::size_t last = first;
            while (last + 1 < off.size() && off[last + 1]) ++last;
            text += text.empty() ? "" : ", ";
            if (layers)
                text += first == last ? fmt::format("{}", first) : fmt::format("{}–{}", first, last);
            else
                text += fmt::format("{:.3g} to {:.3g}", edges[first], edges[last + 1]);
            first = last;
        }
        if (text.empty()) return "";
        if (layers) return (text.find_first_of(",\xe2") == std::string::npos ? "layer " : "layers ") + text;
        return fmt::format("{} of {}", text, profile.at("x_label").get<std::string>());
    }
    return "";
}

}  // namespace caloforge::validate
