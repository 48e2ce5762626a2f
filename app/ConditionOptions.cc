#include "ConditionOptions.hh"

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

#include "core/Suggest.hh"
#include "sample/ParticleName.hh"

namespace caloforge::app {
namespace {

using core::UsageError;
using sample::Distribution;

/// What is simulated.
constexpr std::array particles = {"e-", "e+", "gamma", "mu-", "mu+"};

Distribution parse(const std::string& option, const std::string& text, const std::string& examples) {
    try {
        return Distribution::parse(text);
    } catch (const core::InputError& error) {
        const std::string problem = error.what();
        throw UsageError(fmt::format("{} {}: {}{}", option, text, problem,
                                     problem.back() == '?' ? "" : ". Write " + examples + "?"));
    }
}

int code_of(const std::string& name) {
    const std::vector<std::string> known(particles.begin(), particles.end());
    if (std::ranges::find(known, name) != known.end()) return *sample::particle_code(name);
    throw UsageError(fmt::format("--particle {}: no such particle (e-, e+, gamma, mu- and mu+ are).{}", name,
                                 core::did_you_mean(name, known)));
}

}  // namespace

Distribution energies_of(const std::string& text) {
    const std::string examples = "50, 10:500, log:1:500 or 50,100";
    const Distribution energies = parse("--energy", text, examples);
    if (energies.low() > 0) return energies;
    throw UsageError(fmt::format("--energy {}: {} is not a positive energy in GeV. Write {}?", text,
                                 energies.low(), examples));
}

Distribution angles_of(const std::string& option, const std::string& text) {
    return parse(option, text, "30, 0:30 or 0,30,60 (degrees)");
}

Distribution particles_of(const std::string& text) {
    std::vector<double> codes;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) codes.push_back(code_of(word));
    if (codes.empty() || text.ends_with(',')) codes.push_back(code_of(""));
    return codes.size() == 1 ? Distribution::value(codes[0]) : Distribution::evenly(codes);
}

Distribution range_of(const std::string& option, const std::string& text, const std::string& unit) {
    Distribution range = parse(option, text, fmt::format("10 or 10:50 ({})", unit));
    if (range.list().empty() && text.find("log") == std::string::npos) return range;
    throw UsageError(fmt::format("{} {}: one range is wanted. Write 10 or 10:50 ({})?", option, text, unit));
}

std::vector<double> particle_codes(const std::string& text) {
    std::vector<double> codes;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const auto code = sample::particle_code(word);
        if (!code)
            throw UsageError(
                fmt::format("--particle {}: no such particle. Write e-, gamma, pi+, or its PDG code?", word));
        codes.push_back(*code);
    }
    if (codes.empty() || text.ends_with(','))
        throw UsageError(fmt::format("--particle {}: a particle is missing. Write e-,gamma?", text));
    return codes;
}

}  // namespace caloforge::app
