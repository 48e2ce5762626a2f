#include "validate/shower/ProfileFaults.hh"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace caloforge::validate {
namespace {

constexpr double share = 0.01;

std::vector<bool> off_bins(const Drawing& profile, double limit) {
    const auto& [reference, reference_error] = profile.reference;
    const auto& [candidate, candidate_error] = profile.candidate;
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

std::string where_off(std::span<const Drawing> drawings, const std::string& name, const std::string& range,
                      double limit) {
    for (const Drawing& profile : drawings) {
        if (profile.name != name || profile.range != range) continue;
        const std::vector<bool> off = off_bins(profile, limit);
        const bool layers = name == "longitudinal_profile";
        std::string text;
        for (std::size_t first = 0; first < off.size(); ++first) {
            if (!off[first]) continue;
            std::size_t last = first;
            while (last + 1 < off.size() && off[last + 1]) ++last;
            text += text.empty() ? "" : ", ";
            if (layers)
                text += first == last ? fmt::format("{}", first) : fmt::format("{}–{}", first, last);
            else
                text += fmt::format("{:.3g} to {:.3g}", profile.edges[first], profile.edges[last + 1]);
            first = last;
        }
        if (text.empty()) return "";
        if (layers) return (text.find_first_of(",\xe2") == std::string::npos ? "layer " : "layers ") + text;
        return fmt::format("{} of {}", text, profile.x_label);
    }
    return "";
}

}  // namespace caloforge::validate
