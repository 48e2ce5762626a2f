#include "sample/ParticleName.hh"

#include <array>
#include <charconv>
#include <utility>

namespace caloforge::sample {
namespace {

/// Particle Data Group, Monte Carlo particle numbering scheme (Review of Particle Physics 2024, section 45).
constexpr std::array<std::pair<const char*, int>, 14> names = {{{"e-", 11},
                                                                {"e+", -11},
                                                                {"mu-", 13},
                                                                {"mu+", -13},
                                                                {"gamma", 22},
                                                                {"pi0", 111},
                                                                {"pi+", 211},
                                                                {"pi-", -211},
                                                                {"K0L", 130},
                                                                {"K+", 321},
                                                                {"K-", -321},
                                                                {"neutron", 2112},
                                                                {"proton", 2212},
                                                                {"antiproton", -2212}}};

}  // namespace

std::string particle_name(int pdg_code) {
    for (const auto& [name, code] : names) {
        if (code == pdg_code) return name;
    }
    return std::to_string(pdg_code);
}

std::optional<int> particle_code(const std::string& name) {
    for (const auto& [known, code] : names) {
        if (name == known) return code;
    }
    int code = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), code);
    if (failure != std::errc{} || end != name.data() + name.size() || code == 0) return std::nullopt;
    return code;
}

}  // namespace caloforge::sample
