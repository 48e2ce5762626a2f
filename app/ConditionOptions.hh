#pragma once

#include <fmt/format.h>

#include <string>

#include "core/Error.hh"
#include "sample/Distribution.hh"

namespace caloforge::app {

/// What options say of a condition of the showers; UsageError names the option.

/// --energy, GeV: 50, 10:500, log:1:500 or 50,100.
sample::Distribution energies_of(const std::string& text);
/// `option` (--theta), degrees: 30, 0:30 or 0,30,60.
sample::Distribution angles_of(const std::string& option, const std::string& text);
/// --particle, by name: e- or e-,gamma; PDG codes, each as likely.
sample::Distribution particles_of(const std::string& text);

/// Which showers are chosen: 50, or 10:500 with its ends. `unit` for the message.
sample::Distribution range_of(const std::string& option, const std::string& text, const std::string& unit);
/// Of which particles, by name or PDG code: gamma, or e-,211.
std::vector<double> particle_codes(const std::string& text);

/// What a library says of the value that an option gave it, behind the option's name.
template <class Check>
void check_option(const std::string& option, Check check) {
    try {
        check();
    } catch (const core::InputError& error) {
        throw core::InputError(fmt::format("{}: {}", option, error.what()));
    } catch (const core::UsageError& error) {
        throw core::UsageError(fmt::format("{}: {}", option, error.what()));
    }
}

}  // namespace caloforge::app
